#include "cli/talk/partner.h"

#include "base/version.h"
#include "chat/chat.h"
#include "net/loop/signals.h"
#include "usage/usage.h"

namespace openclaw::cli {

// A turn in this process: what the gateway has.
struct Partner::Local {
    Local(Context& context, std::unique_ptr<Engine> parts, std::shared_ptr<const config::Config> config)
        : engine(std::move(parts)),
          credentials({.loop = engine->loop,
                       .files = context.files,
                       .clock = context.clock,
                       .log = log,
                       .fingerprint_key = context.fingerprint_key,
                       .sources = source_parts(context),
                       .retry_pause = std::chrono::seconds(1),
                       .watch = credentials::system_watch(engine->loop),
                       .http = engine->http.get(),
                       .holder = "a command"}),
          usage({.loop = engine->loop,
                 .files = context.files,
                 .clock = context.clock,
                 .log = log,
                 .state = config->paths().state}),
          chat(chat::Means{.loop = engine->loop,
                           .files = context.files,
                           .clock = context.clock,
                           .log = log,
                           .providers = *engine->providers,
                           .config = [config] { return config; },
                           .credentials = credentials,
                           .usage = &usage,
                           .version = std::string(version()),
                           .retry_pause = std::chrono::seconds(1)}) {}
    ~Local() { engine->loop.run_until(chat.drain(std::chrono::seconds(5))); }

    WarningLog log;
    std::unique_ptr<Engine> engine;
    credentials::Credentials credentials;
    usage::Usage usage;
    chat::Chat chat;
};

namespace {

Result<void> check_thinking(const Arguments& arguments) {
    const auto level = arguments.text("--thinking").value_or("off");
    if (level == "off") return {};
    return hinted(
        fail(Code::invalid_input, "--thinking {} has no effect yet: a turn carries no level", level),
        "leave --thinking out; the model then thinks as its provider has it");
}

}  // namespace

Partner::Partner(Output& out) : out_(out) {}
Partner::~Partner() = default;

net::Loop& Partner::loop() {
    return local_ ? local_->engine->loop : *loop_;
}

Result<std::unique_ptr<Partner>> Partner::find(Context& context, const Arguments& arguments) {
    if (auto fine = check_thinking(arguments); !fine) return std::unexpected(fine.error());
    std::unique_ptr<Partner> partner(new Partner(context.out));
    if (arguments.has("--local")) {
        auto config = context.config();
        if (!config) return std::unexpected(config.error());
        partner->local_ = std::make_unique<Local>(context, build_engine(context, **config), *config);
        partner->conversation_ = conversation_in_process(partner->local_->chat);
        return partner;
    }
    const auto options = gateway_options(context, arguments);
    if (!options) return std::unexpected(options.error());
    auto target = resolve_target(context, *options);
    if (!target) return std::unexpected(target.error());
    partner->loop_ = std::make_unique<net::Loop>();
    partner->target_ = std::move(*target);
    partner->connect_timeout_ = std::chrono::seconds(10);
    partner->conversation_ =
        conversation_through_gateway(*partner->loop_, *partner->target_, partner->connect_timeout_);
    return partner;
}

namespace {

constexpr Milliseconds silence_min = std::chrono::seconds(2), between_signs = std::chrono::seconds(1);

// A sign of life from the second second of silence to the next text, which takes its place.
class SignOfLife {
public:
    explicit SignOfLife(Output& out) : out_(out) {}

    net::Task<void> show(net::Loop& loop) {
        while (!over_) co_await show_while(loop, silence_);
    }

    // To be told before text is shown.
    void heard() {
        any_ = true;
        break_silence();
    }

    void end() {
        over_ = true;
        break_silence();
    }

private:
    net::Task<void> show_while(net::Loop& loop, net::Abort silence) {
        auto waited = silence_min;
        bool silent = co_await loop.sleep(silence_min, silence);
        while (silent && !silence.requested()) {
            shown_ = true;
            out_.progress(fmt::format("waiting for {} ({} s); Ctrl-C stops",
                                      any_ ? "more of the answer" : "the answer",
                                      std::chrono::duration_cast<std::chrono::seconds>(waited).count()));
            waited += between_signs;
            silent = co_await loop.sleep(between_signs, silence);
        }
    }

    void break_silence() {
        std::exchange(silence_, net::Abort()).request();
        if (std::exchange(shown_, false)) out_.progress("");
    }

    Output& out_;
    net::Abort silence_;  // requested when it is broken
    bool any_ = false, over_ = false, shown_ = false;
};

}  // namespace

net::Task<Result<Reply>> Partner::say_and_show(SayRequest request, OnText on_text, net::Abort abort) {
    SignOfLife sign(out_);
    net::TaskGroup signs(loop());
    signs.spawn(sign.show(loop()));
    auto reply = co_await conversation_->say(
        std::move(request),
        [&](std::string_view text) {
            sign.heard();
            on_text(text);
        },
        abort);
    sign.end();
    co_await signs.join();
    co_return reply;
}

Result<Reply> Partner::say(SayRequest request, OnText on_text) {
    const net::Abort abort;
    const net::Signals signals(loop(), [&](net::Signal) { abort.request(); });
    auto reply = loop().run_until(say_and_show(std::move(request), std::move(on_text), abort));
    // A failure says it all itself; an answer came about in spite of these.
    auto warnings = local_ ? local_->log.take() : std::vector<std::string>{};
    if (reply) reply->notices.insert(reply->notices.begin(), warnings.begin(), warnings.end());
    return reply;
}

void note_how_it_came_about(Output& out, const Reply& reply) {
    for (const std::string& notice : reply.notices) out.note("note: " + notice);
}

namespace {

net::Task<Result<void>> connect_once(net::Loop& loop, GatewayTarget target, Milliseconds timeout) {
    auto client = co_await GatewayClient::connect(loop, std::move(target), timeout);
    if (!client) co_return std::unexpected(client.error());
    co_await (*client)->close();
    co_return Result<void>{};
}

}  // namespace

Result<void> Partner::greet() {
    if (local_) return {};
    return loop().run_until(connect_once(loop(), *target_, connect_timeout_));
}

}  // namespace openclaw::cli
