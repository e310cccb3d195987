// What happens when memory runs out where no coroutine above could be told: in what the loop calls, in what a
// C library calls, in destructors, on threads. Each allocation on the way fails once.
#include "net/loop/exhaustion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <semaphore>
#include <thread>

#include "net/client/http_client.h"
#include "net/loop/completion.h"
#include "net/server/http_server.h"
#include "net/stream/tls.h"
#include "support/certificates.h"
#include "support/http2_server.h"
#include "support/scripted_server.h"

namespace openclaw::net {
namespace {

// Of this thread: which allocation from now on fails, and whether it has. 0: none.
thread_local std::size_t failing_allocation = 0;
thread_local bool has_failed = false;

void fail_allocation(std::size_t number) {
    has_failed = false;
    failing_allocation = number;
}
bool stop_failing() {
    failing_allocation = 0;
    return has_failed;
}

}  // namespace
}  // namespace openclaw::net

void* operator new(std::size_t size) {
    using namespace openclaw::net;
    if (failing_allocation > 0 && --failing_allocation == 0) {
        has_failed = true;
        throw std::bad_alloc();
    }
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace openclaw::net {
namespace {

using namespace std::chrono_literals;
using test::Certificates;

TEST(Exhaustion, CostsThatCallbackOfTheLoopAndNoOther) {
    Loop loop;
    std::string ran;
    loop.post([] { throw std::bad_alloc(); });
    loop.post([&] { ran += "posted "; });
    loop.submit([] { throw std::bad_alloc(); }, [&] { ran += "then "; });
    loop.submit([] {}, [] { throw std::bad_alloc(); });
    loop.run();
    EXPECT_EQ(ran, "posted then ");
    const Abort abort;
    const auto first = abort.on_request([] { throw std::bad_alloc(); });
    const auto second = abort.on_request([&] { ran += "told"; });
    abort.request();
    EXPECT_EQ(ran, "posted then told");
}

// Releases when it goes.
struct Releasing {
    explicit Releasing(std::binary_semaphore& held) : semaphore(held) {}
    ~Releasing() { semaphore.release(); }
    std::binary_semaphore& semaphore;
};

TEST(Exhaustion, LetsTheEndOfWorkReachTheLoopFromEveryPool) {
    Loop loop;
    int ends = 0;
    const auto count = [&ends] { ++ends; };
    BlockingPool pool(1);
    submit(pool, loop, [] { throw std::bad_alloc(); }, count);
    while (ends < 1) loop.run_until(loop.next_turn());
    // The only thread is busy until the pool that stops has dropped what waits behind it.
    std::binary_semaphore busy(0), dropped(0);
    submit(
        pool, loop,
        [&] {
            busy.release();
            dropped.acquire();
        },
        count);
    busy.acquire();
    submit(pool, loop, [held = std::make_unique<Releasing>(dropped)] { FAIL() << "it was dropped"; }, count);
    pool.stop();
    loop.run();
    EXPECT_EQ(ends, 3);
}

Task<void> throw_at_once() {
    throw std::bad_alloc();
    co_return;
}
Task<void> throw_later(Loop& loop) {
    co_await loop.next_turn();
    throw std::bad_alloc();
}

TEST(Exhaustion, EndsABackgroundTask) {
    Loop loop;
    const Background at_once(throw_at_once());
    const Background later(throw_later(loop));
    loop.run_until(loop.next_turn());
    loop.run_until(loop.next_turn());
}

// A server on a thread and a loop of its own, where no allocation fails.
class ServerThread {
public:
    // `make` makes the server on that thread's loop and gives its URL; what it returns lives until the end.
    template <class Make>
    explicit ServerThread(Make make) {
        std::promise<std::string> url;
        auto known = url.get_future();
        thread_ = std::thread([this, make = std::move(make), url = std::move(url)]() mutable {
            Loop loop;
            Event ended(loop);
            end_ = [&] { loop.post([&] { ended.notify(); }); };
            const auto server = make(loop);
            url.set_value(server->url("/"));
            loop.run_until(ended.wait());
        });
        url_ = known.get();
    }
    ~ServerThread() {
        end_();
        thread_.join();
    }
    const std::string& url() const { return url_; }

private:
    std::string url_;
    std::function<void()> end_;
    std::thread thread_;
};

// "200 body", or the error. The n-th allocation of all that this thread does for it fails.
Task<std::string> fetch(HttpClient& client, const std::string& url, std::size_t failing) {
    ClientRequest request;
    request.method = "POST";
    request.url = *parse_url(url);
    request.body = std::string(3000, 'b');
    request.deadlines = {.connect = 10s, .first_byte = 10s, .idle = 10s};
    std::string body(64, ' ');
    try {
        fail_allocation(failing);
        auto response = co_await client.send(std::move(request));
        if (!response) co_return std::string(name_of(response.error().code));
        const auto all = co_await read_all(*response->body, 1 << 20);
        if (!all) co_return std::string(name_of(all.error().code));
        body = fmt::format("{} {}", response->status, all->size());
    } catch (const std::bad_alloc&) {
        body = "bad_alloc";
    }
    co_return body;
}

// Whatever fails on the way, the program goes on, the caller is told at once, and the next request is
// answered.
void survive_each_failure(Loop& loop, HttpClient& client, const std::string& url, const std::string& good) {
    ASSERT_EQ(loop.run_until(fetch(client, url, 0)), good);
    std::size_t failures = 0;
    for (std::size_t number = 1;; ++number) {
        const auto outcome = loop.run_until(fetch(client, url, number));
        const bool failed = stop_failing();
        ASSERT_THAT(outcome, testing::AnyOf(good, "bad_alloc", "unavailable", "cancelled")) << number;
        ASSERT_EQ(loop.run_until(fetch(client, url, 0)), good) << "after allocation " << number;
        if (!failed) break;
        ++failures;
    }
    EXPECT_GT(failures, 20U) << "what was looked at allocates more than that";
}

std::shared_ptr<TlsServerContext> server_context(Certificates& certificates, std::vector<std::string> alpn) {
    certificates.issue("server", "DNS:localhost");
    return *TlsServerContext::create({.certificate_file = certificates.path("server.pem"),
                                      .key_file = certificates.path("server.key"),
                                      .alpn = std::move(alpn)});
}

TEST(Exhaustion, EndsAnHttp2RequestOrItsConnectionAndNothingElse) {
    Certificates certificates;
    const auto context = server_context(certificates, {"h2"});
    const ServerThread server([&](Loop& loop) {
        auto made = std::make_unique<test::Http2Server>(loop, context);
        made->on("/", [](test::Http2Server::Exchange& exchange) {
            exchange.respond(200, std::string(40'000, 'a'), {{"x-some-header", std::string(200, 'h')}});
        });
        return made;
    });
    Loop loop;
    HttpClient client(loop, {.tls = {.ca_file = certificates.authority_file()}});
    survive_each_failure(loop, client, server.url(), "200 40000");
}

TEST(Exhaustion, EndsAnHttp2ConnectionThatIsJustBeingMade) {
    Certificates certificates;
    const auto context = server_context(certificates, {"h2"});
    const ServerThread server([&](Loop& loop) {
        auto made = std::make_unique<test::Http2Server>(loop, context);
        made->on("/", [](test::Http2Server::Exchange& exchange) { exchange.respond(200, "a"); });
        return made;
    });
    Loop loop;
    for (std::size_t number = 1;; ++number) {
        HttpClient client(loop, {.tls = {.ca_file = certificates.authority_file()}});
        const auto outcome = loop.run_until(fetch(client, server.url(), number));
        const bool failed = stop_failing();
        ASSERT_THAT(outcome, testing::AnyOf("200 1", "bad_alloc", "unavailable", "cancelled", "denied"))
            << number;
        ASSERT_EQ(loop.run_until(fetch(client, server.url(), 0)), "200 1") << "after allocation " << number;
        if (!failed) break;
    }
}

TEST(Exhaustion, EndsAnHttp1RequestOrItsConnectionAndNothingElse) {
    const ServerThread server([&](Loop& loop) {
        auto made = std::make_unique<test::ScriptedServer>(loop);
        test::Script script;
        for (int i = 0; i < 20; ++i) {
            script.push_back(test::step::receive());
            script.push_back(test::step::send(test::answer(std::string(40'000, 'a'))));
        }
        made->always(script);
        return made;
    });
    Loop loop;
    HttpClient client(loop, {});
    survive_each_failure(loop, client, server.url(), "200 40000");
}

}  // namespace
}  // namespace openclaw::net
