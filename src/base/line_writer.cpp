#include "base/line_writer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

namespace openclaw {
namespace {

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

// A thread that takes no signals: those of the process are the loop's to answer.
template <class Work>
std::thread quiet_thread(Work work) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(work));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

// The file and how much it holds. Touched by the thread alone.
class Target {
public:
    Target(std::string file, std::uint64_t bytes_max) : file_(std::move(file)), bytes_max_(bytes_max) {}
    ~Target() { close(); }
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;

    // A full disk costs lines, never the program.
    bool write(std::string_view text) {
        if (file_.empty()) return write_all(STDERR_FILENO, text);
        open();
        if (descriptor_ >= 0 && bytes_ > 0 && bytes_ + text.size() > bytes_max_) {
            close();
            ::rename(file_.c_str(), (file_ + ".1").c_str());
            open();
        }
        if (descriptor_ < 0 || !write_all(descriptor_, text)) return false;
        bytes_ += text.size();
        return true;
    }

    // What another file stands in place of, or none, is let go.
    void look() {
        struct stat opened{}, named{};
        if (descriptor_ < 0 || ::fstat(descriptor_, &opened) != 0) return;
        const bool there = ::stat(file_.c_str(), &named) == 0;
        if (!there || named.st_ino != opened.st_ino || named.st_dev != opened.st_dev) close();
        // Somebody emptied it where it is.
        if (there) bytes_ = static_cast<std::uint64_t>(named.st_size);
    }

private:
    int open_file() const {
        return ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0600);
    }
    void open() {
        if (descriptor_ >= 0) return;
        descriptor_ = open_file();
        if (descriptor_ < 0 && errno == ENOENT) {
            const auto folder = file_.substr(0, std::min(file_.rfind('/'), file_.size()));
            if (::mkdir(folder.c_str(), 0700) == 0) descriptor_ = open_file();
        }
        struct stat found{};
        if (descriptor_ >= 0 && ::fstat(descriptor_, &found) == 0 && S_ISREG(found.st_mode))
            bytes_ = static_cast<std::uint64_t>(found.st_size);
        else
            close();
    }
    void close() {
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
        bytes_ = 0;
    }

    std::string file_;
    std::uint64_t bytes_max_, bytes_ = 0;
    int descriptor_ = -1;
};

}  // namespace

struct LineWriter::State {
    explicit State(Options options)
        : target(options.file, options.file_bytes_max), queue_bytes_max(options.queue_bytes_max) {}

    Target target;
    const std::size_t queue_bytes_max;
    std::mutex mutex;
    std::condition_variable more, written;
    std::deque<std::string> queue;
    std::size_t queued_bytes = 0;
    std::uint64_t dropped = 0, pushed = 0, done = 0;
    bool stopping = false, look_first = false;
    std::thread thread;  // started by the first line: a command that logs nothing has none

    void run() {
        std::unique_lock lock(mutex);
        while (true) {
            more.wait(lock, [&] { return stopping || !queue.empty(); });
            if (queue.empty()) return;
            std::deque<std::string> batch;
            batch.swap(queue);
            queued_bytes = 0;
            const bool look = std::exchange(look_first, false);
            lock.unlock();
            std::uint64_t lost = 0;
            if (look) target.look();
            for (const auto& line : batch) lost += target.write(line) ? 0 : 1;
            lock.lock();
            dropped += lost;
            done += batch.size();
            written.notify_all();
        }
    }
};

LineWriter::LineWriter(Options options) : state_(std::make_unique<State>(std::move(options))) {}

LineWriter::~LineWriter() {
    {
        const std::lock_guard guard(state_->mutex);
        state_->stopping = true;
    }
    state_->more.notify_one();
    if (state_->thread.joinable()) state_->thread.join();
}

void LineWriter::write(std::string line) {
    line += '\n';
    State* const state = state_.get();
    const std::lock_guard guard(state->mutex);
    if (state->queued_bytes + line.size() > state->queue_bytes_max) {
        ++state->dropped;
        return;
    }
    state->queued_bytes += line.size();
    ++state->pushed;
    state->queue.push_back(std::move(line));
    if (!state->thread.joinable()) state->thread = quiet_thread([state] { state->run(); });
    state->more.notify_one();
}

void LineWriter::look_for_file() {
    const std::lock_guard guard(state_->mutex);
    state_->look_first = true;
}

void LineWriter::flush() {
    std::unique_lock lock(state_->mutex);
    const auto target = state_->pushed;
    state_->written.wait(lock, [&] { return state_->done >= target; });
}

std::uint64_t LineWriter::dropped() const {
    const std::lock_guard guard(state_->mutex);
    return state_->dropped;
}

}  // namespace openclaw
