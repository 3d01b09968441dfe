#pragma once

#include <span>
#include <string>
#include <string_view>

namespace syzygy {

/// What to look at in a view of a comparison: the sentence that holds for every method.
struct ViewLook {
    std::string_view view;  ///< "compare-memory"
    std::string_view text;
};

/// What to look at for one gradient method, a sentence for each kind of view.
struct MethodLook {
    std::string_view method;
    std::string_view reverse;      ///< compare-reverse, compare-drift
    std::string_view gradients;    ///< compare-gradients, compare-precision, compare-horizon
    std::string_view memory;       ///< compare-memory, compare-steps
    std::string_view evaluations;  ///< compare-evaluations
    std::string_view player;       ///< compare-player
};

/// The one table of what to look at, for the Studio and the documentation.
std::span<const ViewLook> view_looks();
std::span<const MethodLook> method_looks();

/// Two sentences for a view and a method: the view's sentence, then the method's sentence for that view. For compare-table,
/// and for a method without a row in the table, the method's own text (GradientMethodInfo::look).
std::string compare_look(std::string_view view, std::string_view method);

}  // namespace syzygy
