// What to look at, for every view and method.
#include "core/gradient/method_info.hpp"
#include "physics/compare/look.hpp"

#include <gtest/gtest.h>

namespace syzygy {
namespace {

long sentences_of(const std::string& text)
{
    long sentences = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if ((text[i] == '.' || text[i] == '?') && (i + 1 == text.size() || text[i + 1] == ' ') && (i == 0 || text[i - 1] != ' '))
            ++sentences;
    return sentences;
}

TEST(Look, EveryMethodHasASentenceOfItsOwnInEveryView)
{
    ASSERT_EQ(method_looks().size(), gradient_method_infos().size());
    for (const GradientMethodInfo& info : gradient_method_infos())
        for (const ViewLook& view : view_looks()) {
            const std::string text = compare_look(view.view, info.id);
            EXPECT_TRUE(text.starts_with(view.text)) << info.id;
            EXPECT_EQ(sentences_of(text), 2) << view.view << ", " << info.id << ": " << text;
            EXPECT_LT(text.size(), 260U) << text;
        }
}

TEST(Look, ATableSaysWhatTheMethodSaysOfItself)
{
    EXPECT_EQ(compare_look("compare-table", "aca"), find_gradient_method("aca").look);
    EXPECT_ANY_THROW(compare_look("compare-table", "none"));
}

}  // namespace
}  // namespace syzygy
