#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

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

Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return system_failure(errno, "making", "a pipe");
    Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
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

// What posix_spawn needs: its own process group, default signals, no descriptor but the three.
class SpawnPlan {
public:
    SpawnPlan(const Descriptor& input, const Pipe& output, const Pipe& errors) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_adddup2(&actions_, input.get(), 0);
        ::posix_spawn_file_actions_adddup2(&actions_, output.writing.get(), 1);
        ::posix_spawn_file_actions_adddup2(&actions_, errors.writing.get(), 2);
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
        ::posix_spawnattr_init(&attributes_);
        sigset_t none, all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        ::posix_spawnattr_setflags(&attributes_,
                                   POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    Result<pid_t> spawn(const std::string& program, const ProcessRequest& request) {
        std::vector<std::string> arguments = request.arguments, variables;
        for (const auto& [name, value] : request.environment) variables.push_back(name + "=" + value);
        pid_t pid = 0;
        const int number = ::posix_spawn(&pid, program.c_str(), &actions_, &attributes_,
                                         pointers(arguments).data(), pointers(variables).data());
        for (auto& variable : variables) wipe(variable);
        if (number != 0) return system_failure(number, "running", program);
        return pid;
    }

private:
    static std::vector<char*> pointers(std::vector<std::string>& texts) {
        std::vector<char*> result;
        for (auto& text : texts) result.push_back(text.data());
        result.push_back(nullptr);
        return result;
    }

    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

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
        const auto pid = SpawnPlan(*input, *output, *errors).spawn(*program, request);
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
