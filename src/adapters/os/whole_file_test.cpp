#include "adapters/os/whole_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "adapters/os/file_text.h"

namespace bulwark::adapters {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class WholeFileTest : public testing::Test {
 protected:
  fs::path folder = fs::path(testing::TempDir()) / ("bulwark-whole-" + std::to_string(::getpid()));
  void SetUp() override { fs::create_directories(folder); }
  void TearDown() override { fs::remove_all(folder); }

  static std::string text_of(const fs::path& path) {
    const auto text = FileText::read(path.string());
    return text ? std::string(text->text()) : "error: " + text.error().text();
  }
  static mode_t mode_of(const fs::path& path) {
    struct stat status{};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_mode : 0;
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  }
};

TEST_F(WholeFileTest, IsNewAtOnceAndItsOwnersAlone) {
  const fs::path path = folder / "new";
  auto file = WholeFile::create(path.string());
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_FALSE(fs::exists(path));
  ASSERT_TRUE(file->commit({"one ", "two"}));
  EXPECT_EQ(text_of(path), "one two");
  EXPECT_EQ(mode_of(path) & 07777, 0600U);
  EXPECT_EQ(files(), 1U);
}

TEST_F(WholeFileTest, ReplacesAndKeepsModeAndLink) {
  const fs::path path = folder / "old", link = folder / "link";
  std::ofstream(path) << "before, and longer";
  ::chmod(path.c_str(), 0644);
  fs::create_symlink("old", link);
  auto file = WholeFile::create(link.string());
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_EQ(text_of(path), "before, and longer");
  ASSERT_TRUE(file->commit({"after"}));
  EXPECT_EQ(text_of(path), "after");
  EXPECT_EQ(mode_of(path) & 07777, 0644U);
  EXPECT_TRUE(S_ISLNK(mode_of(link)));
  EXPECT_EQ(files(), 2U);
}

TEST_F(WholeFileTest, LeavesNothingWhenItIsGivenUp) {
  const fs::path path = folder / "given-up";
  {
    ASSERT_TRUE(WholeFile::create(path.string()));
  }
  EXPECT_EQ(files(), 0U);
}

TEST_F(WholeFileTest, SaysWhatIsWrong) {
  std::ofstream(folder / "file") << "x";
  for (const auto& [path, message] :
       {std::pair{folder / "no" / "file", "there is no folder"}, std::pair{folder, "Is a directory"},
        std::pair{folder / "file" / "x", "Not a directory"}}) {
    const auto file = WholeFile::create(path.string());
    ASSERT_FALSE(file) << path;
    EXPECT_THAT(file.error().text(), HasSubstr(message));
    EXPECT_THAT(file.error().text(), HasSubstr(path.string() + ": cannot be written"));
  }
}

TEST_F(WholeFileTest, WritesToWhatIsNoFile) {
  auto file = WholeFile::create("/dev/null");
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_TRUE(file->commit({"x"}));
  EXPECT_TRUE(S_ISCHR(mode_of("/dev/null")));
  auto full = WholeFile::create("/dev/full");
  ASSERT_TRUE(full) << full.error().text();
  const auto written = full->commit({"x"});
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().text(), HasSubstr("No space left on device"));
}

TEST_F(WholeFileTest, IsGoneWhenASignalEndsTheProcess) {
  const fs::path path = folder / "interrupted";
  const std::string name = path.string();
  EXPECT_EXIT(
      {
        carry_out_will_on_signals();
        const auto file = WholeFile::create(name);
        if (file) ::raise(SIGTERM);
      },
      testing::KilledBySignal(SIGTERM), "");
  EXPECT_EQ(files(), 0U);
}

}  // namespace
}  // namespace bulwark::adapters
