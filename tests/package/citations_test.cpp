// Documents, sections and anchors that comments, messages, help and documents name: each must exist.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace syzygy {
namespace {

namespace fs = std::filesystem;

/// A document that a line names, with the section in quotes or the anchor after '#', if there is one.
struct Citation {
    std::string path, section, anchor;
};

bool of_path(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' || c == '/';
}

std::vector<Citation> citations(const std::string& line)
{
    std::vector<Citation> found;
    for (std::size_t at = line.find(".md"); at != std::string::npos; at = line.find(".md", at + 1)) {
        const std::size_t end = at + 3;
        if (end < line.size() && (std::isalnum(static_cast<unsigned char>(line[end])) || line[end] == '_')) continue;
        std::size_t first = at;
        while (first > 0 && of_path(line[first - 1])) --first;
        if (first == at) continue;  // "*.md" names no document
        if (first > 0 && line[first - 1] == '"' && end < line.size() && line[end] == '"') continue;  // a file that a program writes
        Citation citation{line.substr(first, end - first), "", ""};
        const std::string rest = line.substr(end);
        if (rest.starts_with(", \"")) citation.section = rest.substr(3, rest.find('"', 3) - 3);
        if (rest.starts_with('#')) citation.anchor = rest.substr(1, rest.find(')') - 1);
        found.push_back(std::move(citation));
    }
    return found;
}

std::vector<std::string> headings(const fs::path& document)
{
    std::vector<std::string> found;
    std::ifstream file(document);
    bool code = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("```")) code = !code;
        if (code || !line.starts_with('#')) continue;
        const std::size_t text = line.find_first_not_of('#');
        if (text != std::string::npos && line[text] == ' ') found.push_back(line.substr(text + 1));
    }
    return found;
}

/// The anchor of a heading: lower case, without punctuation, with '-' for a blank.
std::string anchor_of(const std::string& heading)
{
    std::string anchor;
    for (const char c : heading) {
        if (c == ' ')
            anchor += '-';
        else if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_')
            anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return anchor;
}

/// What is wrong with the citations of a line of a file; empty if nothing.
std::vector<std::string> wrong_citations(const fs::path& root, const fs::path& file, const std::string& line)
{
    std::vector<std::string> wrong;
    for (const Citation& citation : citations(line)) {
        fs::path document = root / citation.path;
        if (!fs::exists(document)) document = file.parent_path() / citation.path;
        if (!fs::exists(document)) {
            wrong.push_back("there is no " + citation.path);
            continue;
        }
        const std::vector<std::string> all = headings(document);
        if (!citation.section.empty() && std::find(all.begin(), all.end(), citation.section) == all.end())
            wrong.push_back(citation.path + " has no section \"" + citation.section + '"');
        const auto has_anchor = [&](const std::string& heading) { return anchor_of(heading) == citation.anchor; };
        if (!citation.anchor.empty() && std::none_of(all.begin(), all.end(), has_anchor))
            wrong.push_back(citation.path + " has no anchor #" + citation.anchor);
    }
    return wrong;
}

TEST(Citations, NameDocumentsAndSectionsThatExist)
{
    const fs::path root = SYZYGY_SOURCE_DIR;
    long seen = 0;
    std::vector<fs::path> files{root / "README.md", root / "CONTRIBUTING.md", root / "CMakeLists.txt"};
    for (const char* folder : {"app", "bench", "cmake", "core", "docs", "examples", "physics", "scripts", "tests", "ui"})
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder))
            if (entry.is_regular_file() && entry.path().filename() != "citations_test.cpp") files.push_back(entry.path());
    for (const fs::path& path : files) {
        constexpr std::string_view types[] = {".hpp", ".cpp", ".md", ".py", ".cmake", ".txt", ".sh"};
        if (std::find(std::begin(types), std::end(types), path.extension().string()) == std::end(types)) continue;
        std::ifstream file(path);
        long number = 0;
        for (std::string line; std::getline(file, line);) {
            ++number;
            seen += static_cast<long>(citations(line).size());
            for (const std::string& wrong : wrong_citations(root, path, line))
                ADD_FAILURE() << path.lexically_relative(root).string() << ':' << number << ": " << wrong;
        }
    }
    EXPECT_GT(seen, 30);
}

TEST(Citations, OfWhatDoesNotExistAreFound)
{
    const fs::path root = SYZYGY_SOURCE_DIR, file = root / "docs" / "README.md";
    const auto wrong = [&](const std::string& line) { return wrong_citations(root, file, line); };
    EXPECT_TRUE(wrong("/// L of docs/equations.md, \"The loss\"; and [here](equations.md#the-loss)").empty());
    EXPECT_THAT(wrong("(nothing.md)"), ::testing::ElementsAre("there is no nothing.md"));
    EXPECT_THAT(wrong("docs/equations.md, \"The gain\""), ::testing::ElementsAre("docs/equations.md has no section \"The gain\""));
    EXPECT_THAT(wrong("[x](equations.md#the-gain)"), ::testing::ElementsAre("equations.md has no anchor #the-gain"));
}

}  // namespace
}  // namespace syzygy
