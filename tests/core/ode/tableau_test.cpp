// The numbers of the Butcher tableaus, against the algebra that makes them methods of their order.
#include "core/ode/methods.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace syzygy {
namespace {

using Real = long double;
using Weights = std::vector<Real>;

/// A tableau with its sizes at run time.
struct Table {
    std::string id;
    int order, error_order, stages, rows;
    Weights c, b, error, damping;
    std::vector<Weights> a;
    std::vector<Weights> dense;  ///< by row, coefficients of theta^(p+1)

    /// Weights of all rows for the dense output at theta.
    Weights dense_weights(Real theta) const
    {
        Weights weights;
        for (const Weights& row : dense) {
            Real sum = 0;
            for (std::size_t p = row.size(); p-- > 0;) sum = theta * (sum + row[p]);
            weights.push_back(sum);
        }
        return weights;
    }
    Weights padded(Weights weights) const
    {
        weights.resize(static_cast<std::size_t>(rows));
        return weights;
    }
};

template <class... M>
std::vector<Table> tables(MethodList<M...>)
{
    std::vector<Table> result;
    const auto add = [&](const auto& tableau) {
        Table table{std::string(tableau.id),
                    tableau.order,
                    tableau.error_order,
                    tableau.stages,
                    tableau.rows,
                    {tableau.c.begin(), tableau.c.end()},
                    {tableau.b.begin(), tableau.b.end()},
                    {tableau.error.begin(), tableau.error.end()},
                    {tableau.error_damping.begin(), tableau.error_damping.end()},
                    {},
                    {}};
        for (const auto& row : tableau.a) table.a.emplace_back(row.begin(), row.end());
        for (const auto& row : tableau.dense) table.dense.emplace_back(row.begin(), row.end());
        result.push_back(std::move(table));
    };
    (add(M::value), ...);
    return result;
}

/// What GoogleTest shows of a parameter.
void PrintTo(const Table& table, std::ostream* stream)
{
    *stream << table.id;
}

/// A rooted tree (Hairer, Norsett, Wanner I, II.2): its order, its density gamma and, for a given tableau, the
/// elementary weight phi_i of a stage.
struct Tree {
    std::vector<std::size_t> children;  ///< indices of smaller trees, not increasing
    int order;
    Real density;
};

/// All rooted trees up to an order: 1, 1, 2, 4, 9, 20, 48, 115 of them for orders 1 to 8 (OEIS A000081).
std::vector<Tree> rooted_trees(int highest)
{
    std::vector<Tree> trees{{{}, 1, 1}};
    const auto extend = [&](auto&& self, Tree tree, int left, std::size_t limit) -> void {
        if (left == 0) {
            tree.density *= tree.order;
            trees.push_back(tree);
            return;
        }
        for (std::size_t child = 0; child < limit; ++child) {
            if (trees[child].order > left) continue;
            Tree larger = tree;
            larger.children.push_back(child);
            larger.density *= trees[child].density;
            self(self, larger, left - trees[child].order, child + 1);
        }
    };
    for (int order = 2; order <= highest; ++order) extend(extend, Tree{{}, order, 1}, order - 1, trees.size());
    return trees;
}

/// sum_i weights_i phi_i(tree) for every tree, and the same sum of absolute values: what it may be rounded by.
struct ElementaryWeights {
    ElementaryWeights(const Table& table, const std::vector<Tree>& trees)
    {
        for (const Tree& tree : trees) {
            Weights value(static_cast<std::size_t>(table.rows), 1), size(value);
            for (const std::size_t child : tree.children)
                for (int i = 0; i < table.rows; ++i) {
                    Real sum = 0, absolute = 0;
                    for (int j = 0; j < i; ++j) {
                        sum += table.a[i][j] * phi[child][j];
                        absolute += std::abs(table.a[i][j]) * magnitude[child][j];
                    }
                    value[i] *= sum;
                    size[i] *= absolute;
                }
            phi.push_back(value);
            magnitude.push_back(size);
        }
    }
    Real sum(const Weights& weights, std::size_t tree) const
    {
        Real sum = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * phi[tree][i];
        return sum;
    }
    Real rounding(const Weights& weights, std::size_t tree) const
    {
        Real sum = 1;
        for (std::size_t i = 0; i < weights.size(); ++i) sum += std::abs(weights[i]) * magnitude[tree][i];
        return 100 * std::numeric_limits<Real>::epsilon() * sum;
    }
    std::vector<Weights> phi, magnitude;
};

/// Tsitouras gives the factors of the dense output to 16 to 18 digits; all else is given to the end.
Real published(const Table& table)
{
    return table.id == "tsit5" ? 4e-15L : 0;
}

class EveryTableau : public ::testing::TestWithParam<Table> {
protected:
    static const std::vector<Tree>& trees()
    {
        static const std::vector<Tree> all = rooted_trees(9);
        return all;
    }
    /// Whether all trees of orders `from` to `to` give factor^order / density.
    static bool holds(const ElementaryWeights& phi, const Weights& weights, int from, int to, Real factor,
                      Real slack = 0)
    {
        for (std::size_t i = 0; i < trees().size(); ++i) {
            const Tree& tree = trees()[i];
            if (tree.order < from || tree.order > to) continue;
            const Real expected = std::pow(factor, Real(tree.order)) / tree.density;
            if (!(std::abs(phi.sum(weights, i) - expected) <= phi.rounding(weights, i) + slack)) return false;
        }
        return true;
    }
};

INSTANTIATE_TEST_SUITE_P(Methods, EveryTableau, ::testing::ValuesIn(tables(AllMethods{})),
                         [](const auto& row) { return row.param.id; });

TEST(RootedTrees, AreAsManyAsKnown)
{
    std::vector<int> count(9);
    for (const Tree& tree : rooted_trees(8)) ++count[tree.order];
    EXPECT_THAT(count, ::testing::ElementsAre(0, 1, 1, 2, 4, 9, 20, 48, 115));
}

TEST_P(EveryTableau, HasRowSumsEqualToItsAbscissae)
{
    const Table& table = GetParam();
    for (int i = 0; i < table.rows; ++i) {
        Real sum = 0, size = 1;
        for (const Real a : table.a[i]) {
            sum += a;
            size += std::abs(a);
        }
        EXPECT_NEAR(sum, table.c[i], 20 * std::numeric_limits<Real>::epsilon() * size) << "row " << i;
    }
}

TEST_P(EveryTableau, IsExplicitWithItsEndStageAtTheEndOfTheStep)
{
    const Table& table = GetParam();
    for (int i = 0; i < table.rows; ++i)
        for (int j = i; j < table.rows; ++j) EXPECT_EQ(table.a[i][j], 0);
    EXPECT_EQ(table.c[table.stages], 1);
    for (int j = 0; j < table.stages; ++j) EXPECT_EQ(table.a[table.stages][j], table.b[j]);
}

TEST_P(EveryTableau, MeetsEveryOrderConditionOfItsOrderAndNoMore)
{
    const Table& table = GetParam();
    const ElementaryWeights phi(table, trees());
    EXPECT_TRUE(holds(phi, table.padded(table.b), 1, table.order, 1));
    EXPECT_FALSE(holds(phi, table.padded(table.b), table.order + 1, table.order + 1, 1));
}

TEST_P(EveryTableau, HasErrorWeightsThatVanishUpToTheOrderOfTheEstimate)
{
    const Table& table = GetParam();
    if (table.error_order == 0) GTEST_SKIP() << "fixed steps only";
    const ElementaryWeights phi(table, trees());
    // Zero weights on the right: factor 0.
    const auto vanishing_order = [&](const Weights& weights) {
        int order = 0;
        while (order < 9 && holds(phi, table.padded(weights), order + 1, order + 1, 0)) ++order;
        return order;
    };
    const bool damped =
        std::any_of(table.damping.begin(), table.damping.end(), [](Real weight) { return weight != 0; });
    if (damped) {
        // err5^2 / err3, with local errors of h^(order+1): HNW I, II.10, eq. 10.17 and the text below.
        EXPECT_EQ(2 * (vanishing_order(table.error) + 1) - (vanishing_order(table.damping) + 1), table.error_order + 1);
    } else {
        EXPECT_EQ(vanishing_order(table.error), table.error_order);
    }
    Real sum = 0;
    for (const Real weight : table.error) sum += weight;
    EXPECT_NEAR(sum, 0, 1e-18L);
}

TEST_P(EveryTableau, HasDenseOutputThatEndsInTheStepAndMeetsTheConditionsOfItsOrder)
{
    const Table& table = GetParam();
    const ElementaryWeights phi(table, trees());
    const Weights end = table.dense_weights(1);
    for (int i = 0; i < table.rows; ++i)
        EXPECT_NEAR(end[i], i < table.stages ? table.b[i] : 0, 1e-17L * 500 + published(table)) << "row " << i;
    for (const Real weight : table.dense_weights(0)) EXPECT_EQ(weight, 0);
    // A local error of h^order leaves the order of the global error: conditions up to order - 1.
    for (const Real theta : {0.1L, 0.35L, 0.5L, 0.8L, 0.99L})
        EXPECT_TRUE(holds(phi, table.dense_weights(theta), 1, std::max(1, table.order - 1), theta, published(table)))
            << "theta = " << theta;
}

TEST(MethodTable, HasDistinctDescribedRows)
{
    std::set<std::string_view> ids;
    for (const MethodInfo& info : method_infos) {
        EXPECT_TRUE(ids.insert(info.id).second) << info.id;
        EXPECT_FALSE(info.label.empty());
        EXPECT_FALSE(info.source.empty());
        EXPECT_EQ(&find_method(info.id), &info);
        EXPECT_EQ(with_method(info.id, [](auto method) { return decltype(method)::value.id; }), info.id);
    }
}

TEST(MethodTable, AnUnknownMethodIsAnArgumentErrorThatNamesTheKnownOnes)
{
    try {
        find_method("dopri6");
        FAIL();
    } catch (const ArgumentError& error) {
        EXPECT_EQ(error.option(), "method");
        EXPECT_EQ(error.value(), "dopri6");
        for (const MethodInfo& info : method_infos)
            EXPECT_THAT(error.rule(), ::testing::HasSubstr(std::string(info.id)));
    }
}

}  // namespace
}  // namespace syzygy
