#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>

#include "base/descriptor.h"
#include "base/text.h"
#include "platform/process.h"
#include "platform/system_error.h"

namespace openclaw::platform {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

Result<std::string> find_program(const ProcessRequest& request) {
    const auto& name = request.arguments.front();
    if (name.find('/') != name.npos) return name;
    const auto path = request.environment.find("PATH");
    const std::string folders = path == request.environment.end() ? "/usr/bin:/bin" : path->second;
    for (const auto folder : split(folders, ':')) {
        if (folder.empty() || folder.front() != '/') continue;  // never the working directory
        auto candidate = fmt::format("{}/{}", folder, name);
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return hinted(fail(Code::not_found, "no program called {} was found", name),
                  "install it, or put its folder on PATH");
}

struct Pipe {
    Descriptor reading, writing;
};

enum class Waits { no, yes };

Result<Pipe> make_pipe(Waits waits = Waits::no) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return system_failure(errno, "making", "a pipe");
    Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
    if (waits == Waits::no) ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return pipe;
}

// Standard input as a file in memory: no pipe that fills up, no writer that has to wait. Empty: /dev/null.
Result<Descriptor> make_input(const std::string& text) {
    Descriptor input(text.empty() ? ::open("/dev/null", O_RDONLY | O_CLOEXEC)
                                  : ::memfd_create("input", MFD_CLOEXEC));
    if (input.get() < 0) return system_failure(errno, "making", "standard input");
    for (std::size_t written = 0; written < text.size();) {
        const auto count =
            uninterrupted([&] { return ::write(input.get(), text.data() + written, text.size() - written); });
        if (count <= 0) return system_failure(errno, "writing", "standard input");
        written += static_cast<std::size_t>(count);
    }
    ::lseek(input.get(), 0, SEEK_SET);
    return input;
}

// What a program is started with, put together before there is a child: after fork nothing may be allocated.
class StartingPoint {
public:
    StartingPoint(const std::string& program, const ProcessRequest& request)
        : program_(program), arguments_(request.arguments) {
        for (const auto& [name, value] : request.environment) variables_.push_back(name + "=" + value);
        argument_pointers_ = pointers(arguments_);
        variable_pointers_ = pointers(variables_);
    }
    ~StartingPoint() {
        for (auto& variable : variables_) wipe(variable);
    }
    StartingPoint(const StartingPoint&) = delete;
    StartingPoint& operator=(const StartingPoint&) = delete;

    // In the child. Comes back when the program can't be run, with the system's number for why.
    int become() const {
        ::execve(program_.c_str(), argument_pointers_.data(), variable_pointers_.data());
        return errno;
    }

private:
    static std::vector<char*> pointers(std::vector<std::string>& texts) {
        std::vector<char*> result;
        for (auto& text : texts) result.push_back(text.data());
        result.push_back(nullptr);
        return result;
    }

    const std::string& program_;
    std::vector<std::string> arguments_, variables_;
    std::vector<char*> argument_pointers_, variable_pointers_;
};

// The descriptors that a child starts with, and the one on which it says why it couldn't.
struct ChildEnds {
    int input, output, errors, trouble;
};

constexpr int trouble_at = 3;

// Puts the three descriptors in their places, and `trouble` behind them, which the program doesn't get.
bool put_in_place(const ChildEnds& ends) {
    // Away from 0 to 3 first, so that none of them is overwritten before it is in its place.
    const int input = ::fcntl(ends.input, F_DUPFD, trouble_at + 1),
              output = ::fcntl(ends.output, F_DUPFD, trouble_at + 1),
              errors = ::fcntl(ends.errors, F_DUPFD, trouble_at + 1),
              trouble = ::fcntl(ends.trouble, F_DUPFD, trouble_at + 1);
    return ::dup2(input, 0) == 0 && ::dup2(output, 1) == 1 && ::dup2(errors, 2) == 2 &&
           ::dup3(trouble, trouble_at, O_CLOEXEC) == trouble_at;
}

void take_default_signals() {
    struct sigaction usual{};
    usual.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) ::sigaction(number, &usual, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// What every program of ours starts in, whoever asks for it: a session and a group of its own without a
// terminal, the usual signals, nothing of ours open, files that it makes for the user alone, no core; and it
// ends with us. Between fork and here nothing but system calls.
[[noreturn]] void start(const StartingPoint& program, const ChildEnds& ends, pid_t parent) {
    constexpr rlimit none{0, 0};
    constexpr mode_t for_the_user_alone = 077;
    int number = 0;
    ::setsid();
    ::umask(for_the_user_alone);
    const bool placed = put_in_place(ends);
    if (!placed || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::setrlimit(RLIMIT_CORE, &none) != 0)
        number = errno;
    take_default_signals();
    if (::getppid() != parent) ::_exit(1);  // who asked has ended before the kernel was told to end us too
    if (placed) ::closefrom(trouble_at + 1);
    if (number == 0) number = program.become();
    [[maybe_unused]] const auto told = ::write(placed ? trouble_at : ends.trouble, &number, sizeof number);
    ::_exit(1);
}

// No handler of ours runs in the child before it has the usual ones.
class HeldSignals {
public:
    HeldSignals() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

private:
    sigset_t before_{};
};

// The thread that calls this has to live as long as the child may: the kernel ends it with the thread.
Result<pid_t> spawn(const std::string& program, const ProcessRequest& request, const ChildEnds& ends,
                    Pipe& trouble) {
    const StartingPoint point(program, request);
    const pid_t parent = ::getpid();
    pid_t pid = 0;
    {
        const HeldSignals held;
        pid = ::fork();
        if (pid == 0) start(point, ends, parent);
    }
    if (pid < 0) return system_failure(errno, "running", program);
    trouble.writing.reset();
    int number = 0;
    // At its end once the program runs.
    const auto told = uninterrupted([&] { return ::read(trouble.reading.get(), &number, sizeof number); });
    if (told == 0) return pid;
    uninterrupted([&] { return ::waitpid(pid, nullptr, 0); });
    return system_failure(number, "running", program);
}

// A running program with its process group. Destroyed, it is killed and collected.
class Child {
public:
    explicit Child(pid_t pid) : pid_(pid), exited_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
    ~Child() { kill_group(); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    int exit_descriptor() const { return exited_.get(); }  // -1 where the kernel has none
    bool collect() {
        if (collected_) return true;
        collected_ = uninterrupted([&] { return ::waitpid(pid_, &status_, WNOHANG); }) != 0;
        return collected_;
    }
    // The whole group, also after the program itself has ended: it may have left others behind.
    void kill_group() {
        ::kill(-pid_, SIGKILL);
        if (collected_) return;
        uninterrupted([&] { return ::waitpid(pid_, &status_, 0); });
        collected_ = true;
    }
    int exit_status() const { return WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_); }

private:
    pid_t pid_;
    Descriptor exited_;
    int status_ = 0;
    bool collected_ = false;
};

// Takes what is there now and keeps the first `keep_max` bytes of it all. False at the end of the stream.
bool drain(const Descriptor& pipe, std::string& into, std::size_t keep_max, bool& overflow) {
    char buffer[16 * 1024];
    // Bounded, so that a program that never stops printing can't keep us from looking at the clock.
    for (int pieces = 0; pieces < 64; ++pieces) {
        const auto count = uninterrupted([&] { return ::read(pipe.get(), buffer, sizeof buffer); });
        if (count < 0) return errno == EAGAIN;
        if (count == 0) return false;
        const auto size = static_cast<std::size_t>(count);
        const auto room = keep_max - into.size();
        into.append(buffer, std::min(room, size));
        ::explicit_bzero(buffer, size);
        overflow = overflow || size > room;
    }
    return true;
}

int milliseconds_until(SteadyTime deadline, bool has_exit_descriptor) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    const auto at_most = has_exit_descriptor ? std::int64_t{60'000} : std::int64_t{20};
    return static_cast<int>(std::clamp(left, std::int64_t{0}, at_most));
}

constexpr Milliseconds abandoned_look{100};  // between two looks whether anybody still waits

class Conversation {
public:
    Conversation(const ProcessRequest& request, Child& child, Pipe output, Pipe errors)
        : request_(request), child_(child), output_(std::move(output)), errors_(std::move(errors)) {
        output_.writing.reset();
        errors_.writing.reset();
        text_.reserve(std::min<std::size_t>(request.output_bytes_max, 64 * 1024));
    }
    ~Conversation() { wipe(text_); }
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    Result<ProcessResult> finish() {
        const auto deadline = std::chrono::steady_clock::now() + request_.deadline;
        auto silent_until = end_of_silence();
        bool exited = false;
        while (!exited) {
            if (request_.abandoned && *request_.abandoned)
                return fail(Code::cancelled, "{} was stopped", request_.arguments.front());
            const auto now = std::chrono::steady_clock::now();
            if (now >= deadline)
                return fail(Code::timed_out, "{} did not finish within {} ms", request_.arguments.front(),
                            request_.deadline.count());
            if (now >= silent_until)
                return fail(Code::timed_out, "{} printed nothing for {} ms", request_.arguments.front(),
                            request_.silence_max->count());
            wait(std::min(
                {deadline, silent_until, request_.abandoned ? now + abandoned_look : SteadyTime::max()}));
            exited = child_.collect();
            const auto size = text_.size() + complaints_.size();
            take_output();
            if (text_.size() + complaints_.size() > size) silent_until = end_of_silence();
            if (overflow_)
                return fail(Code::too_large, "{} printed more than {} bytes", request_.arguments.front(),
                            request_.output_bytes_max);
        }
        return ProcessResult{child_.exit_status(), Secret(std::move(text_)), std::move(complaints_)};
    }

private:
    SteadyTime end_of_silence() const {
        return request_.silence_max ? std::chrono::steady_clock::now() + *request_.silence_max
                                    : SteadyTime::max();
    }
    void wait(SteadyTime deadline) {
        pollfd waiting[] = {{output_open_ ? output_.reading.get() : -1, POLLIN, 0},
                            {errors_open_ ? errors_.reading.get() : -1, POLLIN, 0},
                            {child_.exit_descriptor(), POLLIN, 0}};
        ::poll(waiting, 3, milliseconds_until(deadline, child_.exit_descriptor() >= 0));
    }
    void take_output() {
        constexpr std::size_t complaints_max = 4096;
        bool cut = false;  // of standard error the beginning is enough
        if (output_open_) output_open_ = drain(output_.reading, text_, request_.output_bytes_max, overflow_);
        if (errors_open_) errors_open_ = drain(errors_.reading, complaints_, complaints_max, cut);
    }

    const ProcessRequest& request_;
    Child& child_;
    Pipe output_, errors_;
    std::string text_, complaints_;
    bool output_open_ = true, errors_open_ = true, overflow_ = false;
};

class SystemProcesses final : public Processes {
public:
    Result<ProcessResult> run(const ProcessRequest& request) override {
        if (request.arguments.empty()) return fail(Code::invalid_input, "no program was named");
        auto program = find_program(request);
        if (!program) return std::unexpected(std::move(program).error());
        auto output = make_pipe();
        if (!output) return std::unexpected(std::move(output).error());
        auto errors = make_pipe();
        if (!errors) return std::unexpected(std::move(errors).error());
        auto input = make_input(request.input);
        if (!input) return std::unexpected(std::move(input).error());
        auto trouble = make_pipe(Waits::yes);
        if (!trouble) return std::unexpected(std::move(trouble).error());
        const auto pid = spawn(*program, request,
                               {.input = input->get(),
                                .output = output->writing.get(),
                                .errors = errors->writing.get(),
                                .trouble = trouble->writing.get()},
                               *trouble);
        if (!pid) return std::unexpected(pid.error());
        Child child(*pid);
        return Conversation(request, child, std::move(*output), std::move(*errors)).finish();
    }
};

}  // namespace

std::unique_ptr<Processes> system_processes() {
    return std::make_unique<SystemProcesses>();
}

}  // namespace openclaw::platform
