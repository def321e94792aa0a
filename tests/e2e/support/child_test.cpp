#include "e2e/support/child.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "e2e/support/scratch_folder.h"

namespace bulwark::e2e {
namespace {

using std::chrono::milliseconds;

class ChildTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = ScratchFolder::create();
    ASSERT_TRUE(made) << made.error().text();
    folder = std::make_unique<ScratchFolder>(*std::move(made));
  }
  base::Result<Child> shell(const std::string& script) {
    return Child::start({.arguments = {"/bin/sh", "-c", script},
                         .environment = {"PATH=/usr/bin:/bin", "WORD=heard"},
                         .log = folder->path() / "log"});
  }
  std::string log() const {
    std::ifstream file(folder->path() / "log");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Waits until a shell has written a line, so that its traps are set.
  bool wait_for_log() const {
    for (int i = 0; i < 500 && log().empty(); ++i) std::this_thread::sleep_for(milliseconds(10));
    return !log().empty();
  }
  static bool wait_for_end(Child& child) {
    for (int i = 0; i < 500 && child.is_running(); ++i) std::this_thread::sleep_for(milliseconds(10));
    return !child.is_running();
  }

  std::unique_ptr<ScratchFolder> folder;
};

TEST_F(ChildTest, EndsWithItsStatus) {
  struct Case {
    const char* script;
    int status;
  };
  for (const Case& c : {Case{"exit 0", 0}, {"exit 3", 3}, {"kill -TERM $$", 143}}) {
    auto child = shell(c.script);
    ASSERT_TRUE(child) << child.error().text();
    EXPECT_TRUE(wait_for_end(*child));
    EXPECT_EQ(child->status(), c.status) << c.script;
  }
}

TEST_F(ChildTest, WritesToItsLogAndSeesItsOwnEnvironmentAlone) {
  ASSERT_EQ(::setenv("BULWARK_CHILD_TEST", "seen", 1), 0);
  auto child = shell(R"(echo "$WORD ${BULWARK_CHILD_TEST:-nothing else}"; echo error >&2)");
  ASSERT_TRUE(child);
  EXPECT_TRUE(wait_for_end(*child));
  EXPECT_EQ(log(), "heard nothing else\nerror\n");
}

TEST_F(ChildTest, AProgramThatIsNotThereIsAnError) {
  const auto child =
      Child::start({.arguments = {"/no/such/program"}, .environment = {}, .log = folder->path() / "log"});
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().text(), "/no/such/program: No such file or directory");
}

TEST_F(ChildTest, IsAskedBeforeItIsKilled) {
  auto polite = shell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done");
  ASSERT_TRUE(polite);
  ASSERT_TRUE(wait_for_log());
  polite->stop(std::chrono::seconds(20));
  EXPECT_EQ(polite->status(), 7);
}

TEST_F(ChildTest, IsKilledWhenItDoesNotListen) {
  auto deaf = shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");
  ASSERT_TRUE(deaf);
  ASSERT_TRUE(wait_for_log());
  deaf->stop(milliseconds(100));
  EXPECT_EQ(deaf->status(), 128 + SIGKILL);
}

TEST_F(ChildTest, OutlivesTheThreadThatStartedIt) {
  base::Result<Child> child = Child();
  std::thread([&] { child = shell("echo ready; sleep 30"); }).join();
  ASSERT_TRUE(child) << child.error().text();
  ASSERT_TRUE(wait_for_log());
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_TRUE(child->is_running());
}

TEST_F(ChildTest, AFolderThatIsInUseStaysAndOthersGo) {
  const std::filesystem::path used = folder->path();
  std::filesystem::path left;
  // The owner of a folder dies without a word.
  const pid_t pid = ::fork();
  if (pid == 0) {
    const auto made = ScratchFolder::create();
    if (made) static_cast<void>(write_file(used / "other", made->path().string()));
    ::_exit(0);
  }
  ASSERT_EQ(::waitpid(pid, nullptr, 0), pid);
  std::ifstream(used / "other") >> left;
  ASSERT_TRUE(std::filesystem::exists(left)) << left;
  ASSERT_TRUE(ScratchFolder::create());
  EXPECT_FALSE(std::filesystem::exists(left));
  EXPECT_TRUE(std::filesystem::exists(used));
  folder.reset();
  EXPECT_FALSE(std::filesystem::exists(used));
}

TEST_F(ChildTest, FilesAreSecretUnlessSaid) {
  struct stat status{};
  const std::string path = folder->path() / "file";
  for (const bool secret : {true, false}) {
    ASSERT_TRUE(write_file(path, "text", secret));
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 077, secret ? 0U : 044U);
  }
  const auto failed = write_file(folder->path() / "no/such/folder", "text");
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().text(), testing::HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace bulwark::e2e
