#include "ui/session/data_identity.hpp"
#include "ui/session/time_text.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

TEST(DataIdentity, StaysWithAMovedPointAndANewFileAndChangesWithTheTimes)
{
    Recipe recipe{"aca", {}};
    recipe.simulate.t1 = 1;
    recipe.simulate.samples = 10;
    const LoadedData data = make_data(recipe);
    EXPECT_EQ(data_identity({}), "");
    LoadedData changed = data;
    auto observations = std::make_shared<Observations>(*data.observations);
    observations->positions(0, 0) += 1;
    changed.observations = observations;
    changed.recipe.reset();
    changed.files = {"/a/saved.csv"};
    EXPECT_EQ(data_identity(changed), data_identity(data));
    observations->times.back() += 1e-9;
    EXPECT_NE(data_identity(changed), data_identity(data));
}

TEST(TimeText, HasTheDigitsThatTheRangeNeeds)
{
    EXPECT_EQ(time_text(2458119.500694, 2), "2458119.501");
    EXPECT_EQ(time_text(2458119.500694, 20000), "2458120");
    EXPECT_EQ(time_text(0.5, 1), "0.5000");
    EXPECT_EQ(time_text(3, 0), "3");
}

}  // namespace
}  // namespace syzygy
