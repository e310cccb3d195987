#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>

#include <csignal>

#include "base/descriptor.h"
#include "base/text.h"
#include "platform/system_error.h"
#include "platform/terminal.h"

namespace openclaw::platform {
namespace {

constexpr std::size_t secret_bytes_max = 64 * 1024;
constexpr std::size_t line_bytes_max = 4096;  // of a line that the terminal edits

// Holds back the signals that would end or stop us while the terminal has no echo, and delivers those
// that came once the terminal is restored.
class HeldSignals {
public:
    HeldSignals() {
        ::sigemptyset(&held_);
        for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) ::sigaddset(&held_, number);
        ::pthread_sigmask(SIG_BLOCK, &held_, &before_);
        arrived_ = Descriptor(::signalfd(-1, &held_, SFD_CLOEXEC | SFD_NONBLOCK));
    }
    ~HeldSignals() {
        if (number_ != 0) ::kill(::getpid(), number_);
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

    int descriptor() const { return arrived_.get(); }
    void take() {
        signalfd_siginfo info{};
        if (::read(arrived_.get(), &info, sizeof info) == sizeof info)
            number_ = static_cast<int>(info.ssi_signo);
    }

private:
    sigset_t held_{}, before_{};
    Descriptor arrived_;
    int number_ = 0;
};

// The terminal without echo and without keys of its own: Ctrl-C arrives as a byte.
class QuietTerminal {
public:
    explicit QuietTerminal(int terminal) : terminal_(terminal) {
        ready_ = ::tcgetattr(terminal_, &before_) == 0;
        if (!ready_) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
        quiet.c_cc[VMIN] = 1;
        quiet.c_cc[VTIME] = 0;
        ready_ = ::tcsetattr(terminal_, TCSAFLUSH, &quiet) == 0;
    }
    // Flushes as well: the rest of a paste of several lines must not end up in the shell.
    ~QuietTerminal() {
        if (ready_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    }
    QuietTerminal(const QuietTerminal&) = delete;
    QuietTerminal& operator=(const QuietTerminal&) = delete;
    bool ready() const { return ready_; }

private:
    int terminal_;
    termios before_{};
    bool ready_ = false;
};

enum class Key { more, done, cancelled, too_long };

void erase_last(std::string& line) {
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xC0U) == 0x80U) line.pop_back();
    if (!line.empty()) line.pop_back();
}

Key typed(char byte, std::string& line) {
    constexpr char ctrl_c = 0x03, ctrl_d = 0x04, backspace = 0x08, ctrl_u = 0x15, rubout = 0x7F;
    switch (byte) {
        case '\n':
        case '\r':
            return Key::done;
        case ctrl_c:
        case ctrl_d:
            return Key::cancelled;
        case backspace:
        case rubout:
            erase_last(line);
            return Key::more;
        case ctrl_u:
            line.clear();
            return Key::more;
        default:
            break;
    }
    if (line.size() == secret_bytes_max) return Key::too_long;
    if (static_cast<unsigned char>(byte) >= 0x20 || byte == '\t') line.push_back(byte);
    return Key::more;
}

Key read_line(int terminal, HeldSignals& signals, std::string& line) {
    while (true) {
        pollfd waiting[] = {{terminal, POLLIN, 0}, {signals.descriptor(), POLLIN, 0}};
        if (uninterrupted([&] { return ::poll(waiting, 2, -1); }) < 0) return Key::cancelled;
        if (waiting[1].revents != 0) {
            signals.take();
            return Key::cancelled;
        }
        char byte = 0;
        if (uninterrupted([&] { return ::read(terminal, &byte, 1); }) != 1) return Key::cancelled;
        if (const auto key = typed(byte, line); key != Key::more) return key;
    }
}

class SystemTerminal final : public Terminal {
public:
    bool input_is_terminal() const override { return ::isatty(STDIN_FILENO) == 1; }
    bool output_is_terminal() const override { return ::isatty(STDOUT_FILENO) == 1; }

    int columns() const override {
        winsize size{};
        if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
        return size.ws_col;
    }

    Result<Secret> ask_secret(const std::string& prompt) override {
        const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
        if (!terminal.open())
            return hinted(fail(Code::unavailable, "there is no terminal to ask on"),
                          "pass the secret on standard input or from a file");
        HeldSignals signals;
        const QuietTerminal quiet(terminal.get());
        if (!quiet.ready()) return fail(Code::unavailable, "the terminal can't hide what is typed");
        say(terminal.get(), printable(prompt));
        std::string line;
        line.reserve(secret_bytes_max);  // no growth: a copy would stay behind in freed memory
        const auto end = read_line(terminal.get(), signals, line);
        say(terminal.get(), "\n");
        Secret secret(std::move(line));
        if (end == Key::too_long)
            return fail(Code::too_large, "that is more than {} bytes", secret_bytes_max);
        if (end == Key::cancelled) return fail(Code::cancelled, "cancelled");
        return secret;
    }

    // The terminal itself edits the line, and Ctrl-C ends the program as usual.
    Result<std::string> ask_line(const std::string& prompt) override {
        const std::atomic<bool> never = false;
        return ask_line_unless(prompt, never);
    }

    Result<std::string> ask_line_unless(const std::string& prompt, const std::atomic<bool>& over) override {
        constexpr int look_every_ms = 100;
        const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
        if (!terminal.open()) return fail(Code::unavailable, "there is no terminal to ask on");
        say(terminal.get(), printable(prompt));
        std::string line(line_bytes_max, '\0');
        pollfd waiting{terminal.get(), POLLIN, 0};
        while (uninterrupted([&] { return ::poll(&waiting, 1, look_every_ms); }) == 0)
            if (over) {
                say(terminal.get(), "\n");
                return fail(Code::cancelled, "it came another way");
            }
        const auto count = uninterrupted([&] { return ::read(terminal.get(), line.data(), line.size()); });
        if (count <= 0) {
            say(terminal.get(), "\n");
            return fail(Code::cancelled, "cancelled");
        }
        line.resize(static_cast<std::size_t>(count));
        return std::string(trimmed(line));
    }

    Result<Secret> read_input(std::size_t bytes_max) override {
        std::string text(bytes_max + 1, '\0');
        std::size_t size = 0;
        while (size < text.size()) {
            const auto count =
                uninterrupted([&] { return ::read(STDIN_FILENO, text.data() + size, text.size() - size); });
            if (count < 0) {
                wipe(text);
                return system_failure(errno, "reading", "standard input");
            }
            if (count == 0) break;
            size += static_cast<std::size_t>(count);
        }
        Secret secret(std::string_view(text).substr(0, size));
        wipe(text);
        if (size > bytes_max)
            return fail(Code::too_large, "standard input is larger than {} bytes", bytes_max);
        return secret;
    }

private:
    static void say(int terminal, std::string_view text) {
        [[maybe_unused]] const auto written = ::write(terminal, text.data(), text.size());
    }
};

}  // namespace

std::unique_ptr<Terminal> system_terminal() {
    return std::make_unique<SystemTerminal>();
}

}  // namespace openclaw::platform
