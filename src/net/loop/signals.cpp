#include "net/loop/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

#include "net/loop/loop_impl.h"

namespace openclaw::net {
namespace {

bool is_ignored(int number) {
    struct sigaction current{};
    return sigaction(number, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

// What was ignored when the program started stays ignored: a shell does that to Ctrl-C for a program that
// it runs in the background, nohup to the end of the terminal.
sigset_t handled() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    for (int number : {SIGHUP, SIGINT, SIGUSR1})
        if (!is_ignored(number)) sigaddset(&set, number);
    return set;
}

Signal signal_of(std::uint32_t number) {
    switch (number) {
        case SIGHUP:
            return Signal::hangup;
        case SIGINT:
            return Signal::interrupt;
        case SIGUSR1:
            return Signal::user1;
        default:
            return Signal::terminate;
    }
}

}  // namespace

struct Signals::Impl final : Watch {
    struct Delivery final : Job {
        explicit Delivery(Impl& impl) : owner(impl) {}
        void run() override { owner.deliver(); }
        Impl& owner;
    };

    Impl(Loop& owner, std::move_only_function<void(Signal)> what)
        : loop(owner.impl()), callback(std::move(what)), delivery(*this) {
        sigset_t set = handled();
        pthread_sigmask(SIG_BLOCK, &set, &before);
        descriptor = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
        loop.watch(descriptor, *this);
    }
    ~Impl() override {
        loop.unwatch(descriptor);
        close(descriptor);
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
    void ready(std::uint32_t) override { loop.ready.push_back(delivery); }
    void deliver() {
        signalfd_siginfo info{};
        while (::read(descriptor, &info, sizeof info) == sizeof info) callback(signal_of(info.ssi_signo));
    }

    Loop::Impl& loop;
    std::move_only_function<void(Signal)> callback;
    Delivery delivery;
    sigset_t before{};
    int descriptor = -1;
};

Signals::Signals(Loop& loop, std::move_only_function<void(Signal)> callback)
    : impl_(std::make_unique<Impl>(loop, std::move(callback))) {}
Signals::~Signals() = default;

void ignore_broken_pipes() {
    std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace openclaw::net
