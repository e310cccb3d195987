#include "net/loop/file_watcher.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <string>

#include "base/descriptor.h"
#include "net/loop/exhaustion.h"
#include "net/loop/loop_impl.h"
#include "net/loop/watch_places.h"

namespace openclaw::net {
namespace {

constexpr std::uint32_t interesting = IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                                      IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
// How often folders that appear while we set up are followed before it is left to the next change.
constexpr int rounds_max = 5;

using Names = std::map<int, std::set<std::string, std::less<>>>;  // by the kernel's number of the folder

struct Armed {
    Names names;
    Result<void> outcome;
};

std::set<WatchPlace> places_of(const std::vector<std::filesystem::path>& files) {
    std::set<WatchPlace> all;
    for (const auto& file : files) all.merge(watch_places(file));
    return all;
}

Armed watch_all(int descriptor, const std::set<WatchPlace>& places) {
    Armed armed;
    for (const auto& [folder, name] : places) {
        const int number = inotify_add_watch(descriptor, folder.c_str(), interesting);
        if (number >= 0)
            armed.names[number].insert(name);
        else if (armed.outcome && (errno == ENOSPC || errno == ENOMEM || errno == EMFILE))
            armed.outcome =
                fail(Code::unavailable, "no watch of {}: {}", folder.string(), std::strerror(errno));
    }
    return armed;
}

// Looks at disks, so that it may take its time. Folders that appear meanwhile are followed for some rounds.
Armed arm(int descriptor, const std::vector<std::filesystem::path>& files) {
    auto places = places_of(files);
    auto armed = watch_all(descriptor, places);
    for (int round = 1; armed.outcome && round < rounds_max; ++round) {
        auto now = places_of(files);
        if (now == places) break;
        places = std::move(now);
        auto again = watch_all(descriptor, places);
        for (const auto& [number, unused] : armed.names)
            if (!again.names.contains(number)) inotify_rm_watch(descriptor, number);
        armed = std::move(again);
    }
    return armed;
}

}  // namespace

struct FileWatcher::Impl final : Watch, std::enable_shared_from_this<FileWatcher::Impl> {
    struct Call final : Job {
        explicit Call(Impl& impl) : owner(impl) {}
        // Without the memory for it, the report is due again after a pause.
        void run() override {
            if (!attempt([this] { owner.report(); })) owner.burst();
        }
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
        : owner_loop(owner),
          loop(owner.impl()),
          changed(std::move(what)),
          pace(how),
          call(*this),
          drainer(*this),
          pause(*this) {}
    ~Impl() override {
        if (descriptor != nullptr) loop.unwatch(descriptor->get());
    }

    Result<void> open();
    Result<void> arm_now();
    Result<void> take(Armed armed);
    void ready(std::uint32_t) override { loop.ready.push_back(drainer); }
    void drain();
    bool matters(const inotify_event& event);
    void burst();
    void report();

    Loop& owner_loop;
    Loop::Impl& loop;
    Changed changed;
    Pace pace;
    Call call;
    Drain drainer;
    Pause pause;
    SteadyTime burst_end{};  // the latest moment for the report that `pause` is armed for
    std::vector<std::filesystem::path> files;
    Names names;
    std::shared_ptr<Descriptor> descriptor;  // shared with whoever arms it, beside the loop
    int arming = 0;                          // how many do so now
    std::uint64_t wanted = 0;                // how often `files` has been set
    bool untaken = false;                    // something has happened since take_changes() was last asked
};

Result<void> FileWatcher::Impl::open() {
    if (descriptor != nullptr) return {};
    auto opened = std::make_shared<Descriptor>(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!opened->open()) return fail(Code::unavailable, "no file watch: {}", std::strerror(errno));
    descriptor = std::move(opened);
    loop.watch(descriptor->get(), *this);
    return {};
}

Result<void> FileWatcher::Impl::arm_now() {
    if (auto opened = open(); !opened) return opened;
    return take(arm(descriptor->get(), files));
}

// The kernel gives a folder that is watched already its old number, and a folder that stands in the place of
// another one a new number: what isn't among the new ones can go.
Result<void> FileWatcher::Impl::take(Armed armed) {
    const auto before = std::exchange(names, std::move(armed.names));
    for (const auto& [number, unused] : before)
        if (!names.contains(number)) inotify_rm_watch(descriptor->get(), number);
    return armed.outcome;
}

bool FileWatcher::Impl::matters(const inotify_event& event) {
    if (event.mask & IN_Q_OVERFLOW) return true;
    const auto found = names.find(event.wd);
    // Of a watch that is being set up, or that we gave up.
    if (found == names.end()) return arming > 0 && (event.mask & IN_IGNORED) == 0;
    if (event.mask & IN_IGNORED) names.erase(found);
    if (event.mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) return true;
    return event.len > 0 && found->second.contains(std::string_view(event.name));
}

void FileWatcher::Impl::drain() {
    alignas(inotify_event) char buffer[1024];  // asked before every decision, nearly always in vain
    bool any = false;
    for (;;) {
        const auto got = ::read(descriptor->get(), buffer, sizeof buffer);
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

// Folders may have come or been replaced: they are looked for beside the loop.
void FileWatcher::Impl::report() {
    const auto armed =
        std::make_shared<Armed>(Armed{.names = {}, .outcome = std::unexpected(out_of_memory())});
    owner_loop.submit(
        [armed, files = files, descriptor = descriptor] { *armed = arm(descriptor->get(), files); },
        [armed, self = weak_from_this(), of = wanted] {
            const auto watcher = self.lock();
            if (watcher == nullptr) return;
            --watcher->arming;
            if (watcher->wanted == of) watcher->changed(watcher->take(std::move(*armed)));
        });
    ++arming;
}

FileWatcher::FileWatcher(Loop& loop, Changed changed, Pace pace)
    : impl_(std::make_shared<Impl>(loop, std::move(changed), pace)) {}
FileWatcher::~FileWatcher() = default;

void FileWatcher::set_pace(Pace pace) {
    impl_->pace = pace;
}

bool FileWatcher::take_changes() {
    if (impl_->descriptor != nullptr) impl_->drain();
    return std::exchange(impl_->untaken, false);
}

Result<void> FileWatcher::watch(std::vector<std::filesystem::path> files) {
    impl_->files = std::move(files);
    ++impl_->wanted;
    return impl_->arm_now();
}

}  // namespace openclaw::net
