#pragma once

#include "app/cli/command.hpp"
#include "physics/compare/comparison.hpp"

#include <span>

namespace syzygy {

/// A comparison by docs/architecture.md, "Command line and JSON": `rows`, each with the fields of `syzygy gradient`.
/// `point` says where the point comes from.
Json compare_json(const CompareRequest& request, const CompareResult& result, const std::string& point);

/// The same for people: the columns of those ids, the brief ones for none.
std::string compare_report(const CompareRequest& request, const CompareResult& result, const std::string& point,
                           std::span<const std::string> columns);

}  // namespace syzygy
