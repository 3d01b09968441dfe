#include "core/base/option.hpp"

#include "core/ode/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace syzygy {
namespace {

struct Dish {
    double salt = 0.5;
    long eggs = 2;
    bool hot = true;
    std::string bread = "rye";
    std::vector<double> spices{0.1, 0.2};
};

const OptionList<Dish> dish_options{
    {"salt", "Salt", "g", "how salty", &Dish::salt, 0, 1},
    {"eggs", "Eggs", "", "how many", &Dish::eggs, 1},
    {"hot", "Hot", "", "served hot", &Dish::hot},
    {"bread", "Bread", "", "which bread", &Dish::bread, 0, 0, {"rye", "wheat"}},
    {"spices", "Spices", "g", "amounts", &Dish::spices, -std::numeric_limits<double>::infinity(), 2},
};

ArgumentError error_of(const Dish& dish)
{
    try {
        validate(dish_options, dish);
    } catch (const ArgumentError& error) {
        return error;
    }
    ADD_FAILURE() << "no ArgumentError";
    return ArgumentError("", "", "");
}

TEST(Options, InTheirRangesAreAccepted)
{
    EXPECT_NO_THROW(validate(dish_options, Dish{}));
    EXPECT_NO_THROW(validate(dish_options, (Dish{0, 1, false, "wheat", {}})));
    EXPECT_NO_THROW(validate(dish_options, (Dish{1, 1'000'000, false, "wheat", {2, -1e300}})));
}

TEST(Options, OutOfRangeNameThemselvesTheirValueAndTheRule)
{
    const ArgumentError salt = error_of({.salt = 1.5});
    EXPECT_EQ(salt.option(), "salt");
    EXPECT_EQ(salt.value(), "1.5");
    EXPECT_EQ(salt.rule(), "must be between 0 and 1");
    EXPECT_EQ(error_of({.eggs = 0}).rule(), "must be at least 1");
    EXPECT_EQ(error_of({.spices = {0.1, 2.5}}).rule(), "must be at most 2");
    const ArgumentError bread = error_of({.bread = "spelt"});
    EXPECT_EQ(bread.value(), "spelt");
    EXPECT_EQ(bread.rule(), "must be one of rye, wheat");
}

TEST(Options, ThatAreNoNumbersAreRefused)
{
    EXPECT_EQ(error_of({.salt = std::nan("")}).option(), "salt");
    EXPECT_EQ(error_of({.spices = {std::nan("")}}).option(), "spices");
}

TEST(SolverOptionList, DescribesEveryOptionAndItsDefaultsAreInRange)
{
    EXPECT_NO_THROW(validate(solver_options(), SolverOptions{}));
    std::set<std::string_view> ids;
    for (const auto& option : solver_options()) {
        EXPECT_TRUE(ids.insert(option.id).second) << option.id;
        EXPECT_FALSE(option.label.empty()) << option.id;
        EXPECT_FALSE(option.help.empty()) << option.id;
        EXPECT_EQ(option.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos) << option.id;
    }
}

}  // namespace
}  // namespace syzygy
