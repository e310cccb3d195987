#include "net/loop/file_watcher.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <string>

#include "net/loop/loop_impl.h"
#include "net/loop/watch_places.h"

namespace openclaw::net {
namespace {

constexpr std::uint32_t interesting = IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                                      IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
// How often folders that appear while we set up are followed before it is left to the next change.
constexpr int rounds_max = 5;

std::set<WatchPlace> places_of(const std::vector<std::filesystem::path>& files) {
    std::set<WatchPlace> all;
    for (const auto& file : files) all.merge(watch_places(file));
    return all;
}

}  // namespace

struct FileWatcher::Impl final : Watch {
    struct Call final : Job {
        explicit Call(Impl& impl) : owner(impl) {}
        void run() override { owner.report(); }
        Impl& owner;
    };
    struct Drain final : Job {
        explicit Drain(Impl& impl) : owner(impl) {}
        void run() override { owner.drain(); }
        Impl& owner;
    };
    struct Pause final : Timer {
        explicit Pause(Impl& impl) : owner(impl) {}
        void expired() override { owner.loop.ready.push_back(owner.call); }
        Impl& owner;
    };

    Impl(Loop& owner, Changed what, Pace how)
        : loop(owner.impl()),
          changed(std::move(what)),
          pace(how),
          call(*this),
          drainer(*this),
          pause(*this) {}
    ~Impl() override {
        if (descriptor < 0) return;
        loop.unwatch(descriptor);
        close(descriptor);
    }

    Result<void> open();
    Result<void> arm();
    Result<void> add(const std::set<WatchPlace>& places);
    void ready(std::uint32_t) override { loop.ready.push_back(drainer); }
    void drain();
    bool matters(const inotify_event& event);
    void burst();
    void report();

    Loop::Impl& loop;
    Changed changed;
    Pace pace;
    Call call;
    Drain drainer;
    Pause pause;
    SteadyTime burst_end{};  // the latest moment for the report that `pause` is armed for
    std::vector<std::filesystem::path> files;
    std::map<int, std::set<std::string, std::less<>>> names;  // by the kernel's number of the folder
    int descriptor = -1;
    bool untaken = false;  // something has happened since take_changes() was last asked
};

Result<void> FileWatcher::Impl::open() {
    if (descriptor >= 0) return {};
    descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0) return fail(Code::unavailable, "no file watch: {}", std::strerror(errno));
    loop.watch(descriptor, *this);
    return {};
}

// The kernel gives a folder that is watched already its old number, and a folder that stands in the place of
// another one a new number: what isn't among the new ones can go.
Result<void> FileWatcher::Impl::add(const std::set<WatchPlace>& places) {
    Result<void> outcome;
    const auto before = std::exchange(names, {});
    for (const auto& [folder, name] : places) {
        const int number = inotify_add_watch(descriptor, folder.c_str(), interesting);
        if (number >= 0)
            names[number].insert(name);
        else if (outcome && (errno == ENOSPC || errno == ENOMEM || errno == EMFILE))
            outcome = fail(Code::unavailable, "no watch of {}: {}", folder.string(), std::strerror(errno));
    }
    for (const auto& [number, unused] : before)
        if (!names.contains(number)) inotify_rm_watch(descriptor, number);
    return outcome;
}

Result<void> FileWatcher::Impl::arm() {
    if (auto opened = open(); !opened) return opened;
    auto places = places_of(files);
    for (int round = 0; round < rounds_max; ++round) {
        if (auto added = add(places); !added) return added;
        auto now = places_of(files);
        if (now == places) break;
        places = std::move(now);
    }
    return {};
}

bool FileWatcher::Impl::matters(const inotify_event& event) {
    if (event.mask & IN_Q_OVERFLOW) return true;
    const auto found = names.find(event.wd);
    if (found == names.end()) return false;  // of a watch that we gave up
    if (event.mask & IN_IGNORED) names.erase(found);
    if (event.mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) return true;
    return event.len > 0 && found->second.contains(std::string_view(event.name));
}

void FileWatcher::Impl::drain() {
    alignas(inotify_event) char buffer[1024];  // asked before every decision, nearly always in vain
    bool any = false;
    for (;;) {
        const auto got = ::read(descriptor, buffer, sizeof buffer);
        if (got <= 0) break;
        for (const char* at = buffer; at < buffer + got;) {
            const auto* event = reinterpret_cast<const inotify_event*>(at);
            any |= matters(*event);
            at += sizeof(inotify_event) + event->len;
        }
    }
    if (!any) return;
    untaken = true;
    burst();
}

void FileWatcher::Impl::burst() {
    if (!pause.armed()) burst_end = time_after(pace.longest);
    loop.timers.arm(pause, std::min(time_after(pace.quiet), burst_end));
}

void FileWatcher::Impl::report() {
    changed(arm());  // folders may have come or been replaced
}

FileWatcher::FileWatcher(Loop& loop, Changed changed, Pace pace)
    : impl_(std::make_unique<Impl>(loop, std::move(changed), pace)) {}
FileWatcher::~FileWatcher() = default;

void FileWatcher::set_pace(Pace pace) {
    impl_->pace = pace;
}

bool FileWatcher::take_changes() {
    if (impl_->descriptor >= 0) impl_->drain();
    return std::exchange(impl_->untaken, false);
}

Result<void> FileWatcher::watch(std::vector<std::filesystem::path> files) {
    impl_->files = std::move(files);
    return impl_->arm();
}

}  // namespace openclaw::net
