#include "net/stream/socket_stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>

#include "net/loop/exhaustion.h"
#include "net/stream/address.h"

namespace openclaw::net {
namespace {

// Reads that may succeed one after the other in one turn before other connections get theirs: a peer that
// sends faster than we work must not keep them waiting.
constexpr int burst_max = 2;
constexpr Milliseconds shutdown_deadline{1000};

}  // namespace

void Side::Wait::await_suspend(std::coroutine_handle<> handle) {
    waiter_.handle = handle;
    side_.waiting_.push_back(*this);
    counted_ = true;
    ++side_.loop_.waits;
    // An armed timer that comes earlier than this deadline stays: it looks again when it expires. So a busy
    // connection touches the queue of timers once in a while instead of twice a request.
    if (!side_.armed() || side_.when() > deadline_) side_.loop_.timers.arm(side_, deadline_);
}

Side::Wait::~Wait() {
    if (counted_) --side_.loop_.waits;
}

void Side::wake(Wake why) {
    while (Wait* wait = waiting_.pop_front()) loop_.wake(wait->waiter_, why);
}

void Side::expired() {
    auto now = std::chrono::steady_clock::now();
    auto next = SteadyTime::max();
    List<Wait> all;
    all.splice(waiting_);
    while (Wait* wait = all.pop_front()) {
        if (wait->deadline_ <= now) {
            loop_.wake(wait->waiter_, Wake::timed_out);
        } else {
            next = std::min(next, wait->deadline_);
            waiting_.push_back(*wait);
        }
    }
    loop_.timers.arm(*this, next);
}

SocketStream::SocketStream(Loop& loop, Descriptor descriptor, Peer peer)
    : loop_(loop),
      impl_(loop.impl()),
      descriptor_(std::move(descriptor)),
      peer_(std::move(peer)),
      readable_(impl_),
      writable_(impl_),
      flush_job_(*this),
      end_job_(*this),
      stall_timer_(*this) {
    impl_.watch(descriptor_.get(), *this);
}

SocketStream::~SocketStream() {
    if (!descriptor_.open()) return;
    flush();
    if (descriptor_.open()) impl_.unwatch(descriptor_.get());
}

void SocketStream::ready(std::uint32_t events) {
    constexpr std::uint32_t ends = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
    if ((events & (EPOLLIN | ends)) != 0) {
        readable_.ready = true;
        readable_.wake(Wake::ready);
    }
    if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
        writable_.ready = true;
        if (queued() > 0)
            flush_later();
        else
            writable_.wake(Wake::ready);
    }
    if ((events & (EPOLLHUP | EPOLLERR)) != 0)
        note_end(PeerEnd::everything);
    else if ((events & ends) != 0)
        note_end(PeerEnd::sending);
}

void SocketStream::note_end(PeerEnd end) {
    ended_ = std::max(end, ended_.value_or(PeerEnd::sending));
    if (peer_end_ && told_ != ended_) impl_.ready.push_back(end_job_);
}

// Who sends no more may be reading, or have left: the kernel asks him now and then, and one that knows the
// connection no more says so at once.
void SocketStream::probe_rest() {
    constexpr int on = 1, after_s = 10, between_s = 10, unanswered_max = 3;
    const auto set = [&](int level, int option, const int& value) {
        [[maybe_unused]] const int granted =  // a Unix socket's end needs no question
            ::setsockopt(descriptor_.get(), level, option, &value, sizeof value);
    };
    set(SOL_SOCKET, SO_KEEPALIVE, on);
    set(IPPROTO_TCP, TCP_KEEPIDLE, after_s);
    set(IPPROTO_TCP, TCP_KEEPINTVL, between_s);
    set(IPPROTO_TCP, TCP_KEEPCNT, unanswered_max);
}

void SocketStream::EndJob::run() {
    const auto callback = owner.peer_end_;
    if (!callback || owner.told_ == owner.ended_) return;
    owner.told_ = owner.ended_;
    if (owner.told_ == PeerEnd::sending) owner.probe_rest();
    (*callback)(*owner.ended_);
}

TcpEnd SocketStream::own_end() const {
    SocketAddress address;
    address.size = sizeof address.storage;
    if (::getsockname(descriptor_.get(), address.data(), &address.size) != 0) return {};
    const Peer self = peer_of(address);
    return {self.address, self.port};
}

void SocketStream::on_peer_end(std::move_only_function<void(PeerEnd)> callback) {
    peer_end_ = std::make_shared<std::move_only_function<void(PeerEnd)>>(std::move(callback));
    told_.reset();
    if (broken_)
        note_end(PeerEnd::everything);
    else if (ended_)
        note_end(*ended_);
}

SocketStream::Taken SocketStream::receive(std::span<char> buffer) {
    if (!readable_.ready) return std::nullopt;
    for (;;) {
        ssize_t got = ::recv(descriptor_.get(), buffer.data(), buffer.size(), 0);
        if (got >= 0) {
            auto count = static_cast<std::size_t>(got);
            // A short read has emptied the socket; the next byte gives a new edge. An end that was already
            // announced does not.
            readable_.ready = count == buffer.size() || ended_.has_value();
            return count;
        }
        if (errno == EINTR) continue;
        if (errno == EAGAIN) {
            readable_.ready = false;
            return std::nullopt;
        }
        return std::unexpected(system_error(errno, "reading from the connection"));
    }
}

SocketStream::Taken SocketStream::take(std::span<char> buffer) {
    return receive(buffer);
}

Error SocketStream::failure(Wake wake, std::string_view doing) const {
    if (broken_) return *broken_;
    if (wake == Wake::timed_out) return Error{Code::timed_out, fmt::format("{} took too long", doing), {}};
    return Error{Code::cancelled, "the connection was closed", {}};
}

bool SocketStream::taking_too_many_turns() {
    if (burst_turn_ != impl_.turns) {
        burst_turn_ = impl_.turns;
        burst_ = 0;
    }
    return ++burst_ > burst_max;
}

Task<Result<std::size_t>> SocketStream::read(std::span<char> buffer, Milliseconds deadline) {
    std::optional<SteadyTime> until;
    if (taking_too_many_turns()) co_await loop_.next_turn();
    for (;;) {
        if (broken_) co_return std::unexpected(*broken_);
        if (auto taken = take(buffer)) co_return std::move(*taken);
        if (!until) until = time_after(deadline);
        Wake wake = co_await readable_.wait_until(*until);
        if (wake != Wake::ready) co_return std::unexpected(failure(wake, "reading"));
    }
}

Task<Result<void>> SocketStream::wait_readable(Milliseconds deadline) {
    auto until = time_after(deadline);
    for (;;) {
        if (broken_) co_return std::unexpected(*broken_);
        if (has_input()) co_return Result<void>{};
        Wake wake = co_await readable_.wait_until(until);
        if (wake != Wake::ready) co_return std::unexpected(failure(wake, "waiting for data"));
    }
}

void SocketStream::flush_later() {
    if (!flush_job_.linked()) impl_.flushes.push_back(flush_job_);
}

void SocketStream::queue(std::string_view bytes, Milliseconds deadline) {
    if (broken_) return;
    write_deadline_ = deadline;
    append(bytes);
    flush_later();
}

// A long text leaves from where it stands, in one system call with what waits before it: it isn't copied for
// that. How much of it has left.
std::size_t SocketStream::send_from_place(std::string_view bytes) {
    constexpr std::size_t long_min = 4096;
    if (bytes.size() < long_min || broken_ || !is_plain() || !writable_.ready) return 0;
    std::array<iovec, 2> pieces{iovec{outgoing_.data() + sent_, queued()},
                                iovec{const_cast<char*>(bytes.data()), bytes.size()}};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    const ssize_t count = ::sendmsg(descriptor_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) return 0;  // whatever it is, it is met again when the rest leaves
    const auto before = std::min(static_cast<std::size_t>(count), queued());
    if (before > 0) sent(before);
    return static_cast<std::size_t>(count) - before;
}

Task<Result<void>> SocketStream::write(std::string_view bytes, Milliseconds deadline) {
    std::optional<SteadyTime> until;
    bytes.remove_prefix(send_from_place(bytes));
    for (;;) {
        if (broken_) co_return std::unexpected(*broken_);
        std::size_t room = buffer_max - std::min(buffer_max, queued());
        auto part = bytes.substr(0, room);
        if (!part.empty()) queue(part, deadline);
        bytes.remove_prefix(part.size());
        if (bytes.empty()) co_return Result<void>{};

        flush();
        if (broken_ || queued() < buffer_max) continue;
        if (!until) until = time_after(deadline);
        Wake wake = co_await writable_.wait_until(*until);
        if (wake != Wake::ready) co_return std::unexpected(failure(wake, "writing"));
    }
}

Task<Result<void>> SocketStream::drain(Milliseconds deadline) {
    auto until = time_after(deadline);
    for (;;) {
        if (broken_) co_return std::unexpected(*broken_);
        flush();
        if (broken_) continue;
        if (queued() == 0) co_return Result<void>{};
        Wake wake = co_await writable_.wait_until(until);
        if (wake != Wake::ready) co_return std::unexpected(failure(wake, "writing"));
    }
}

// Called from destructors and by the loop.
void SocketStream::flush() {
    if (!attempt([this] { send_queued(); })) break_with(out_of_memory());
}

void SocketStream::send_queued() {
    if (broken_) return;
    seal();
    while (writable_.ready && sent_ < outgoing_.size()) {
        ssize_t count = ::send(descriptor_.get(), outgoing_.data() + sent_, outgoing_.size() - sent_,
                               MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count >= 0) {
            sent(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
            writable_.ready = false;
        } else if (errno != EINTR) {
            return break_with(system_error(errno, "writing to the connection"));
        }
    }
    if (queued() == 0) {
        writable_.wake(Wake::ready);
    } else if (!stall_timer_.armed()) {
        stalled_at_ = time_after(write_deadline_);
        impl_.timers.arm(stall_timer_, stalled_at_);
    }
}

void SocketStream::sent(std::size_t count) {
    sent_ += count;
    if (sent_ == outgoing_.size()) {
        std::string().swap(outgoing_);  // an idle connection holds no buffer
        sent_ = 0;
        return;
    }
    stalled_at_ = time_after(write_deadline_);
    if (sent_ > buffer_max) {
        outgoing_.erase(0, sent_);
        sent_ = 0;
    }
    if (queued() < buffer_max) writable_.wake(Wake::ready);
}

void SocketStream::stalled() {
    if (queued() == 0) return;
    if (stalled_at_ > std::chrono::steady_clock::now()) return impl_.timers.arm(stall_timer_, stalled_at_);
    break_with(spare_error(Code::timed_out, "the other side stopped reading"));
}

void SocketStream::break_with(Error error) {
    if (broken_) return;
    broken_ = std::move(error);
    std::string().swap(outgoing_);
    sent_ = 0;
    flush_job_.unlink();
    readable_.wake(Wake::cancelled);
    writable_.wake(Wake::cancelled);
    note_end(PeerEnd::everything);
}

Task<void> SocketStream::shutdown() {
    if (broken_) co_return;
    say_goodbye();
    co_await drain(shutdown_deadline);
    if (!broken_) ::shutdown(descriptor_.get(), SHUT_WR);
}

void SocketStream::close() {
    if (!descriptor_.open()) return;
    flush();
    peer_end_.reset();
    break_with(spare_error(Code::cancelled, "the connection was closed"));
    impl_.unwatch(descriptor_.get());
    descriptor_.reset();
}

Descriptor SocketStream::release() {
    flush();
    assert(queued() == 0 && "drained before it is handed on");
    impl_.unwatch(descriptor_.get());
    broken_ = spare_error(Code::cancelled, "the connection was handed on");
    return std::move(descriptor_);
}

}  // namespace openclaw::net
