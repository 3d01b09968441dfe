// What the command line of the Studio exports: each file is of the kind that its suffix says, or is refused.
#include "ui/export/batch_export.hpp"
#include "ui/export/session_tables.hpp"

#include "core/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace syzygy {
namespace {

using ::testing::HasSubstr;

std::string refusal(const std::string& text)
{
    try {
        parse_batch_item(text);
        return "none";
    } catch (const ArgumentError& error) {
        EXPECT_EQ(error.option(), "export");
        EXPECT_EQ(error.value(), text);
        return error.rule();
    }
}

TEST(BatchItem, ATableIsNotWrittenIntoAPicture)
{
    EXPECT_THAT(refusal("steps=x.png"),
                HasSubstr("steps is a table: end the file's name in .csv (the view step-size shows it"));
    EXPECT_THAT(refusal("data=x.svg"), HasSubstr("the view orbit"));
    EXPECT_EQ(refusal("steps=x.CSV"), "none");
    for (const SessionTable& table : session_tables())
        EXPECT_TRUE(std::ranges::any_of(views(), [&](const ViewInfo& view) { return view.id == table.view; }))
            << table.id;
}

TEST(BatchItem, AViewIsAPictureOrATable)
{
    for (const char* file : {"x.png", "x.SVG", "x.pdf", "x.csv"})
        EXPECT_EQ(refusal(std::string("residuals=") + file), "none");
    EXPECT_THAT(refusal("residuals=x.jpg"), HasSubstr(".png, .svg, .pdf"));
    EXPECT_THAT(refusal("orbit=x"), HasSubstr("end the file's name"));
}

TEST(BatchItem, WindowAnimationAndFitHaveOneFormatEach)
{
    EXPECT_THAT(refusal("window=x.svg"), HasSubstr("PNG"));
    EXPECT_THAT(refusal("animation=x.pdf"), HasSubstr("PNG"));
    EXPECT_THAT(refusal("fit=x.png"), HasSubstr(".syzygy"));
    for (const char* good : {"window=x.png", "animation=x.png", "animation=x.apng", "fit=x.syzygy", "fit=x.json"})
        EXPECT_EQ(refusal(good), "none") << good;
    EXPECT_EQ(refusal("nothing=x.png"), "none") << "an id is looked up with the window";
}

}  // namespace
}  // namespace syzygy
