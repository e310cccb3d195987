#pragma once

#include <optional>
#include <string>

#include "base/descriptor.h"
#include "net/loop/loop_impl.h"
#include "net/stream/stream.h"

namespace openclaw::net {

// One direction of a watched descriptor: whether a call may succeed, who waits for that and how long. More
// than one may: a websocket is drained by one coroutine while another closes it.
class Side final : public Timer {
public:
    explicit Side(Loop::Impl& loop) : loop_(loop) {}

    // Suspends until ready, past the deadline, or woken by close().
    class Wait : public Link {
    public:
        Wait(Side& side, SteadyTime deadline) : side_(side), deadline_(deadline) {}
        ~Wait();
        Wait(const Wait&) = delete;
        Wait& operator=(const Wait&) = delete;
        bool await_ready() const noexcept { return side_.ready; }
        void await_suspend(std::coroutine_handle<> handle);
        Wake await_resume() const noexcept { return waiter_.wake == Wake::none ? Wake::ready : waiter_.wake; }

    private:
        friend class Side;
        Side& side_;
        SteadyTime deadline_;
        Waiter waiter_;
        bool counted_ = false;
    };

    Wait wait_until(SteadyTime deadline) { return Wait(*this, deadline); }
    void wake(Wake why);
    bool ready = true;

private:
    void expired() override;
    Loop::Impl& loop_;
    List<Wait> waiting_;
};

// A stream over a socket. TLS derives from it and puts its own layer between `take`, `seal` and the socket.
class SocketStream : public Stream, protected Watch {
public:
    static constexpr std::size_t buffer_max = 64 * 1024;

    SocketStream(Loop& loop, Descriptor descriptor, Peer peer);
    ~SocketStream() override;

    Task<Result<std::size_t>> read(std::span<char> buffer, Milliseconds deadline) override;
    Task<Result<void>> wait_readable(Milliseconds deadline) override;
    Task<Result<void>> write(std::string_view bytes, Milliseconds deadline) override;
    void queue(std::string_view bytes, Milliseconds deadline) override;
    std::size_t queued() const override { return outgoing_.size() - sent_; }
    Task<Result<void>> drain(Milliseconds deadline) override;
    Task<void> shutdown() override;
    void close() override;
    const Peer& peer() const override { return peer_; }
    TcpEnd own_end() const override;
    void on_peer_end(std::move_only_function<void(PeerEnd)> callback) override;

    // Hands the socket on, to a layer that replaces this one. Nothing may be queued.
    Descriptor release();
    Loop& loop() const { return loop_; }
    // Until a connection attempt has ended; the caller asks SO_ERROR for the outcome.
    Side::Wait connected(SteadyTime deadline) { return writable_.wait_until(deadline); }
    void expect_connection() { writable_.ready = false; }

protected:
    using Taken = std::optional<Result<std::size_t>>;  // empty: would block
    // What can be read now.
    virtual Taken take(std::span<char> buffer);
    // Whether a read would return at once, with bytes, the end or an error.
    virtual bool has_input() { return readable_.ready; }
    // Turns what waits in a layer of its own into bytes for the socket.
    virtual void seal() {}
    virtual void say_goodbye() {}  // queues the layer's own end

    Taken receive(std::span<char> buffer);
    Side& readable() { return readable_; }
    virtual void append(std::string_view bytes) { push(bytes); }
    // Whether bytes go to the socket as they are.
    virtual bool is_plain() const { return true; }
    void push(std::string_view bytes) { outgoing_.append(bytes); }
    void flush();
    void break_with(Error error);
    const std::optional<Error>& broken() const { return broken_; }
    void flush_later();
    void note_certificate(std::shared_ptr<const PeerCertificate> certificate) {
        peer_.certificate = std::move(certificate);
    }

private:
    struct FlushJob final : Job {
        explicit FlushJob(SocketStream& stream) : owner(stream) {}
        void run() override { owner.flush(); }
        SocketStream& owner;
    };
    struct EndJob final : Job {
        explicit EndJob(SocketStream& stream) : owner(stream) {}
        void run() override;
        SocketStream& owner;
    };
    struct StallTimer final : Timer {
        explicit StallTimer(SocketStream& stream) : owner(stream) {}
        void expired() override { owner.stalled(); }
        SocketStream& owner;
    };

    void ready(std::uint32_t events) override;
    void send_queued();
    void stalled();
    void sent(std::size_t count);
    std::size_t send_from_place(std::string_view bytes);
    void note_end(PeerEnd end);
    void probe_rest();
    bool taking_too_many_turns();
    Error failure(Wake wake, std::string_view doing) const;

    Loop& loop_;
    Loop::Impl& impl_;
    Descriptor descriptor_;
    Peer peer_;
    Side readable_;
    Side writable_;
    std::string outgoing_;
    std::size_t sent_ = 0;
    Milliseconds write_deadline_{};
    SteadyTime stalled_at_{};
    std::uint64_t burst_turn_ = 0;
    int burst_ = 0;
    std::optional<PeerEnd> ended_, told_;
    FlushJob flush_job_;
    EndJob end_job_;
    StallTimer stall_timer_;
    std::optional<Error> broken_;
    std::shared_ptr<std::move_only_function<void(PeerEnd)>> peer_end_;  // may let go of the stream
};

}  // namespace openclaw::net
