#include "core/base/file.hpp"

#include "core/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace syzygy {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
protected:
    Files() : folder(fs::temp_directory_path() / ("syzygy-file-test-" + std::to_string(::getpid())))
    {
        fs::create_directory(folder);
    }
    ~Files() override { fs::remove_all(folder); }

    const fs::path folder;
};

TEST_F(Files, AreReadAsTheyWereWritten)
{
    std::string content = "first\r\nsecond\0third\n";
    content += std::string("\0\xff", 2);
    for (const std::size_t size : {0ul, 1ul, 100ul, (1ul << 20) - 1, 1ul << 20, (1ul << 20) + 1, 5'000'000ul}) {
        std::string text;
        while (text.size() < size) text += content;
        text.resize(size);
        write_file_atomically(folder / "a", text);
        EXPECT_TRUE(read_file(folder / "a") == text) << size;
    }
}

TEST_F(Files, AreReplacedWholeAndLeaveNothingBeside)
{
    write_file_atomically(folder / "a", "a long old content");
    write_file_atomically(folder / "a", "new");
    EXPECT_EQ(read_file(folder / "a"), "new");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

TEST_F(Files, ThatAreMissingOrFoldersAreInputErrorsNamingThem)
{
    for (const fs::path& path : {folder / "missing", folder}) {
        try {
            read_file(path);
            FAIL() << path;
        } catch (const InputError& error) {
            EXPECT_EQ(error.place().file, path.string());
            EXPECT_FALSE(error.remedy().empty());
        }
    }
}

TEST_F(Files, InAFolderThatIsNotThereCannotBeWritten)
{
    EXPECT_THROW(write_file_atomically(folder / "no" / "a", "x"), InputError);
}

TEST_F(Files, KeepTheirOldContentWhereTheNewCannotTakeTheirPlace)
{
    fs::create_directory(folder / "occupied");
    std::ofstream(folder / "occupied" / "inside") << "kept";
    EXPECT_THROW(write_file_atomically(folder / "occupied", "x"), InputError);
    EXPECT_EQ(read_file(folder / "occupied" / "inside"), "kept");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

TEST_F(Files, ThatAreDevicesAreWrittenInto)
{
    EXPECT_NO_THROW(write_file_atomically("/dev/null", "x"));
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

}  // namespace
}  // namespace syzygy
