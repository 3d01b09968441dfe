#include "core/base/outcome.hpp"

#include <gtest/gtest.h>

#include <set>

namespace syzygy {
namespace {

constexpr Status every_status[] = {Status::reached,        Status::converged,        Status::finished,
                                   Status::stopped,        Status::evaluation_limit, Status::iteration_limit,
                                   Status::step_too_small, Status::non_finite,       Status::no_progress,
                                   Status::no_fit};

TEST(Status, HasAnIdentifierOfItsOwnInLowerCaseWithHyphens)
{
    std::set<std::string_view> ids;
    for (const Status status : every_status) {
        const std::string_view id = to_string(status);
        EXPECT_TRUE(ids.insert(id).second) << id;
        EXPECT_NE(id, "unknown");
        EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos) << id;
    }
}

TEST(Outcome, IsOkWhereTheComputationHasItsResult)
{
    const std::set<Status> good{Status::reached, Status::converged, Status::finished};
    for (const Status status : every_status)
        EXPECT_EQ((Outcome{status, ""}.ok()), good.contains(status)) << to_string(status);
}

}  // namespace
}  // namespace syzygy
