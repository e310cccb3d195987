#include "platform/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace openclaw::platform {
namespace {

// A child with a pseudo-terminal of its own that asks for a secret and prints what it got after "got:".
class Asking {
public:
    Asking() {
        master_ = ::posix_openpt(O_RDWR | O_NOCTTY);
        ::grantpt(master_);
        ::unlockpt(master_);
        const std::string name = ::ptsname(master_);
        slave_ = ::open(name.c_str(), O_RDWR | O_NOCTTY);  // keeps the terminal's state to look at later
        child_ = ::fork();
        if (child_ == 0) run(name);
        seen_ = read_until("Key: ");
    }
    ~Asking() {
        if (child_ > 0) ::kill(child_, SIGKILL), ::waitpid(child_, nullptr, 0);
        ::close(master_);
        ::close(slave_);
    }
    void type(std::string_view keys) {
        ASSERT_EQ(::write(master_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
    }
    std::string finish() {
        seen_ += read_until("END");
        ::waitpid(child_, &status_, 0);
        child_ = 0;
        return seen_;
    }
    void signal(int number) { ::kill(child_, number); }
    int wait() {
        ::waitpid(child_, &status_, 0);
        child_ = 0;
        return status_;
    }
    bool echoes() const {
        termios state{};
        ::tcgetattr(slave_, &state);
        return (state.c_lflag & ECHO) != 0 && (state.c_lflag & ICANON) != 0;
    }

private:
    [[noreturn]] static void run(const std::string& name) {
        ::setsid();
        const int terminal = ::open(name.c_str(), O_RDWR);
        ::ioctl(terminal, TIOCSCTTY, 0);
        const auto secret = system_terminal()->ask_secret("Key: ");
        const auto text = secret ? fmt::format("got:{}", secret->reveal())
                                 : fmt::format("error:{}", name_of(secret.error().code));
        const auto line = text + "END";
        [[maybe_unused]] const auto written = ::write(terminal, line.data(), line.size());
        ::_exit(0);
    }
    std::string read_until(std::string_view mark) {
        std::string text;
        while (text.find(mark) == text.npos) {
            pollfd waiting{master_, POLLIN, 0};
            if (::poll(&waiting, 1, 10'000) != 1) break;
            char buffer[256];
            const auto count = ::read(master_, buffer, sizeof buffer);
            if (count <= 0) break;
            text.append(buffer, static_cast<std::size_t>(count));
        }
        return text;
    }

    int master_ = -1, slave_ = -1, status_ = 0;
    pid_t child_ = 0;
    std::string seen_;
};

TEST(AskSecret, ReadsALineWithoutShowingIt) {
    Asking asking;
    EXPECT_FALSE(asking.echoes());
    asking.type("wrong\x15sk-teX\x7fst\r");
    const auto seen = asking.finish();
    EXPECT_NE(seen.find("got:sk-test"), seen.npos) << seen;
    EXPECT_EQ(seen.find("sk-te"), seen.find("got:") + 4) << "never shown while typed";
    EXPECT_TRUE(asking.echoes());
}

TEST(AskSecret, IsCancelledByTheKeysForIt) {
    for (const auto* key : {"\x03", "\x04", "abc\x03"}) {
        Asking asking;
        asking.type(key);
        const auto seen = asking.finish();
        EXPECT_NE(seen.find("error:cancelled"), seen.npos) << seen;
        EXPECT_TRUE(asking.echoes());
    }
}

TEST(AskSecret, RestoresTheTerminalBeforeASignalEndsTheProgram) {
    Asking asking;
    ASSERT_FALSE(asking.echoes());
    asking.signal(SIGTERM);
    const int status = asking.wait();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) << status;
    EXPECT_TRUE(asking.echoes());
}

}  // namespace
}  // namespace openclaw::platform
