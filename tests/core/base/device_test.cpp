#include "core/base/device.hpp"

#include "core/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace syzygy {
namespace {

using ::testing::HasSubstr;

TEST(Device, ChoicesAreReadAndWritten)
{
    for (const char* id : {"auto", "cpu", "cuda:0", "cuda:12"}) EXPECT_EQ(parse_device(id).id(), id);
    EXPECT_EQ(parse_device("cuda"), parse_device("cuda:0"));
}

TEST(Device, OtherTextsAreRefusedWithTheRule)
{
    for (const char* text : {"", "gpu", "cuda:", "cuda:-1", "cuda:1x", "cuda:99999999999", "CPU", "cuda 0"})
        try {
            parse_device(text);
            FAIL() << text;
        } catch (const ArgumentError& error) {
            EXPECT_EQ(error.option(), "device");
            EXPECT_EQ(error.value(), text);
            EXPECT_THAT(error.rule(), HasSubstr("cuda:N"));
        }
}

TEST(Device, ThatIsNotThereIsToldWithThoseThatAre)
{
    const std::vector<ComputeDevice> one{{"cpu", "a processor", 1}}, three{one[0], {"cuda:0", "a", 1}, {"cuda:1", "b", 1}};
    EXPECT_EQ(&find_device(parse_device("cuda:1"), three), &three[2]);
    EXPECT_EQ(&find_device(parse_device("cpu"), one), &one[0]);
    const auto rule = [](const char* text, const std::vector<ComputeDevice>& devices) -> std::string {
        try {
            find_device(parse_device(text), devices);
        } catch (const ArgumentError& error) {
            return error.rule();
        }
        return "";
    };
    EXPECT_THAT(rule("cuda:2", three), HasSubstr("cpu, cuda:0, cuda:1"));
    EXPECT_THAT(rule("cuda", one), HasSubstr("driver"));
}

}  // namespace
}  // namespace syzygy
