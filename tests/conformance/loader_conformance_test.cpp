#include "physics/observations/csv.hpp"
#include "physics/observations/ecsv.hpp"
#include "tests/physics/observations/observation_samples.hpp"

#include <cmath>
#include <random>

// What every loader of the table must do with any text: parse it or throw an InputError with a place.

namespace syzygy {
namespace {

/// A small valid input of each format. A loader without one fails the suite.
std::vector<SourceText> valid_input(std::string_view id)
{
    Observations made;
    made.name = "sample";
    made.units = UnitSystem::gravitational_parameter(1000, 1, "km", "s");
    made.true_masses = Eigen::Vector3d(1, 2, 3);
    made.relative_to = 0;
    made.times = {0, 1, 2.5};
    made.positions = ObservedTable::Random(9, 3);
    made.velocities = ObservedTable::Random(9, 3);
    made.velocities(4, 1) = std::nan("");
    made.position_sigmas = ObservedTable::Constant(9, 3, 0.5);
    if (id != "horizons") made.series = {{&find_observable("radial-velocity"), 1, "Keck", {0.5, std::nan(""), -0.25}, {0.1, 0.1, 0.2}}};
    if (id == "csv") return {{"sample.csv", to_csv(made)}};
    if (id == "ecsv") return {{"sample.ecsv", to_ecsv(made)}};
    if (id == "horizons") {
        const std::string commas =
            samples::comma_row("2458119.500000000", "1") + samples::comma_row("2458120.500000000", "2");
        const std::string labelled = samples::labelled_row("2458119.500000000", " 1.0E+00") +
                                     samples::labelled_row("2458120.500000000", "-2.0E+00");
        return {{"a.txt", samples::horizons("Sun (10)", commas)},
                {"b.txt", samples::horizons("Earth (399)", labelled, false)},
                {"c.txt", samples::horizons("Moon (301)", commas)}};
    }
    return {};
}

void expect_sound(const Observations& read)
{
    ASSERT_GT(read.size(), 0u);
    EXPECT_TRUE(std::is_sorted(read.times.begin(), read.times.end()));
    const auto columns = static_cast<Eigen::Index>(read.size());
    for (const ColumnGroup& group : column_groups) {
        const ObservedTable& table = read.*(group.table);
        EXPECT_TRUE(table.cols() == columns || (table.cols() == 0 && group.what != "positions"));
        EXPECT_FALSE(table.array().isInf().any());
        EXPECT_FALSE(group.is_sigma && (table.array() <= 0).any());
    }
    for (const ObservedSeries& series : read.series) {
        EXPECT_EQ(series.values.size(), read.size());
        EXPECT_TRUE(series.sigmas.empty() || series.sigmas.size() == read.size());
        EXPECT_TRUE(std::ranges::none_of(series.values, [](double value) { return std::isinf(value); }));
        EXPECT_TRUE(std::ranges::none_of(series.sigmas, [](double sigma) { return sigma <= 0 || std::isinf(sigma); }));
    }
}

/// True where the input was read; false where an InputError with a place was thrown. All else fails.
bool parses_or_reports(const ObservationLoader& loader, const std::vector<SourceText>& input)
{
    try {
        expect_sound(loader.parse(input, {}));
        return true;
    } catch (const InputError& error) {
        EXPECT_FALSE(error.place().file.empty()) << error.what();
        EXPECT_FALSE(error.remedy().empty()) << error.what();
        return false;
    }
}

class LoaderConformance : public testing::TestWithParam<ObservationLoader> {};

TEST_P(LoaderConformance, ReadsItsSampleAndRecognisesItBeforeOthers)
{
    const auto input = valid_input(GetParam().id);
    ASSERT_FALSE(input.empty()) << "compose a sample of this format above";
    EXPECT_TRUE(parses_or_reports(GetParam(), input));
    for (const ObservationLoader& loader : observation_loaders()) {
        if (!loader.recognises(input[0])) continue;
        EXPECT_EQ(loader.id, GetParam().id);
        break;
    }
    EXPECT_FALSE(GetParam().label.empty());
    EXPECT_FALSE(GetParam().help.empty());
}

TEST_P(LoaderConformance, RejectsEmptyTextsAndNoTextAtAll)
{
    EXPECT_THROW(GetParam().parse({}, {}), InputError);
    auto input = valid_input(GetParam().id);
    for (SourceText& source : input) {
        const std::string text = std::exchange(source.text, "");
        EXPECT_FALSE(parses_or_reports(GetParam(), input));
        source.text = text;
    }
}

TEST_P(LoaderConformance, ReadsOrReportsEveryPrefix)
{
    const auto valid = valid_input(GetParam().id);
    for (std::size_t file = 0; file < valid.size(); ++file) {
        auto input = valid;
        for (std::size_t size = 0; size < valid[file].text.size(); ++size) {
            input[file].text = valid[file].text.substr(0, size);
            parses_or_reports(GetParam(), input);
        }
    }
}

TEST_P(LoaderConformance, ReadsOrReportsRandomlyChangedTexts)
{
    std::mt19937 random(20200713);
    const auto valid = valid_input(GetParam().id);
    const auto pick = [&](std::size_t count) {
        return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
    };
    constexpr std::string_view likely = ",;\t \n\r\"'#:-+.eE09{}[]=$\\";
    for (int round = 0; round < 3000; ++round) {
        auto input = valid;
        std::string& text = input[pick(input.size())].text;
        for (std::size_t edits = 1 + pick(4); edits > 0 && !text.empty(); --edits) {
            const std::size_t at = pick(text.size());
            switch (pick(4)) {
            case 0: text[at] = static_cast<char>(pick(256)); break;
            case 1: text[at] = likely[pick(likely.size())]; break;
            case 2: text.erase(at, 1 + pick(20)); break;
            default: text.insert(at, text.substr(pick(text.size()), 1 + pick(40)));
            }
        }
        parses_or_reports(GetParam(), input);
    }
}

TEST_P(LoaderConformance, GivesTheSameResultEveryTime)
{
    const auto input = valid_input(GetParam().id);
    samples::expect_same(GetParam().parse(input, {}), GetParam().parse(input, {}));
}

INSTANTIATE_TEST_SUITE_P(All, LoaderConformance,
                         testing::ValuesIn(observation_loaders().begin(), observation_loaders().end()),
                         [](const auto& tested) { return std::string(tested.param.id); });

}  // namespace
}  // namespace syzygy
