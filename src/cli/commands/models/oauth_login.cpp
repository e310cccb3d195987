#include "cli/commands/models/oauth_login.h"

#include <atomic>
#include <thread>

#include "auth/oauth/attempt.h"
#include "base/duration.h"
#include "base/text.h"
#include "cli/engine.h"
#include "credentials/token_call.h"
#include "net/server/http_server.h"
#include "store/replace_file.h"

namespace openclaw::cli {

namespace oauth = auth::oauth;

namespace {

constexpr std::string_view usual_redirect = "http://127.0.0.1:1456/oauth-callback";
constexpr auto answer_max = std::chrono::minutes(10);

std::string remedy(const auth::ProviderId& provider) {
    return fmt::format("begin again: `openclaw models auth login --provider {}`", provider);
}

// One line for whoever reads events, or words for a person.
class Teller {
public:
    Teller(Output& out, bool as_json) : out_(out), as_json_(as_json) {}
    void event(json::object event) const {
        if (!as_json_) return;
        out_.line(json::serialize(event));
        out_.flush();  // whoever reads it acts on it while we wait
    }
    void words(const std::string& text) const {
        if (as_json_) return;
        out_.line(text);
        out_.flush();
    }

private:
    Output& out_;
    bool as_json_;
};

// Where the browser is sent back to, on this host.
struct Redirect {
    std::string text;                // as it is registered
    std::vector<std::string> hosts;  // literal addresses that it means
    std::uint16_t port = 0;
    std::string path;
};

Result<Redirect> redirect_of(const std::string& text) {
    const auto url = net::parse_url(text);
    if (!url) return failed(url.error(), "the redirect address {}", printable(text));
    Redirect redirect{.text = text, .hosts = {}, .port = url->port, .path = url->target};
    // A browser tries ::1 first for localhost; whoever else held it would get the code.
    if (url->host == "localhost") redirect.hosts = {"127.0.0.1", "::1"};
    if (url->host == "127.0.0.1" || url->host == "::1") redirect.hosts = {url->host};
    if (url->scheme != "http" || redirect.hosts.empty())
        return hinted(fail(Code::invalid_input, "{} leads to another host", printable(text)),
                      "register http://127.0.0.1:PORT/PATH, and name it in redirectUris");
    return redirect;
}

struct Listening {
    Redirect redirect;
    std::vector<std::unique_ptr<net::Listener>> listeners;  // empty: pasting is the only way
    std::string problem;
};

// The first registered address that is free: at all of its addresses, or not at all.
Result<Listening> listen(net::Loop& loop, const oauth::Issuer& issuer) {
    const auto texts = issuer.redirects.empty() ? std::vector{std::string(usual_redirect)} : issuer.redirects;
    std::optional<Listening> first;
    for (const auto& text : texts) {
        const auto redirect = redirect_of(text);
        if (!redirect) return std::unexpected(redirect.error());
        Listening listening{.redirect = *redirect, .listeners = {}, .problem = {}};
        for (const auto& host : redirect->hosts) {
            auto listener = net::listen_tcp(loop, host, redirect->port);
            if (!listener && host == "::1" && listener.error().code == Code::invalid_input)
                continue;  // no IPv6
            if (!listener) {
                listening.problem = listener.error().message;
                listening.listeners.clear();
                break;
            }
            listening.listeners.push_back(std::move(*listener));
        }
        if (!listening.listeners.empty()) return listening;
        if (!first) first = std::move(listening);
    }
    return std::move(*first);
}

net::Response page(int status, std::string_view words) {
    return {.status = status,
            .headers = {{"content-type", "text/html; charset=utf-8"},
                        {"cache-control", "no-store"},
                        {"content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"},
                        {"connection", "close"}},
            .body = fmt::format(
                "<!doctype html><title>openclaw</title><body style=\"font:16px sans-serif;margin:3em\">"
                "<p>{}</p>\n",
                words)};
}

// What arrives, from wherever it comes first.
struct Arrival {
    explicit Arrival(net::Loop& loop) : came(loop) {}
    std::optional<oauth::Callback> callback;
    std::optional<Error> given_up;
    std::atomic<bool> over = false;  // read by the thread that asks for a paste
    std::optional<bool> stored;      // what the page tells waits for it
    net::Event came;
};

net::Task<void> serve(net::Exchange& exchange, const oauth::Attempt& attempt, const oauth::Issuer& issuer,
                      const Redirect& redirect, Arrival& arrival) {
    const auto& request = exchange.request();
    if (request.method != "GET" || request.path() != redirect.path) {
        (void)co_await exchange.respond(page(404, "There is nothing here."));
        co_return;
    }
    const auto question = request.target.find('?');
    const auto query = question == std::string::npos ? std::string_view()
                                                     : std::string_view(request.target).substr(question + 1);
    auto callback = oauth::read_callback(query, attempt, issuer);
    if (!callback || arrival.callback) {
        (void)co_await exchange.respond(
            page(400, "This is not the answer to the login that is under way. You can close this window."));
        co_return;
    }
    arrival.callback = std::move(*callback);
    arrival.came.notify();
    while (!arrival.stored && !exchange.gone().requested())
        if (!co_await arrival.came.wait_for(std::chrono::minutes(3), exchange.gone())) break;
    (void)co_await exchange.respond(arrival.stored.value_or(false)
                                        ? page(200, "You are logged in. You can close this window.")
                                        : page(502, "The login did not work. The terminal says why."));
}

// Asks at the terminal as long as nothing has come another way.
net::Task<void> ask_for_paste(Context& context, net::Loop& loop, const oauth::Attempt& attempt,
                              const oauth::Issuer& issuer, Arrival& arrival) {
    while (!arrival.over) {
        std::move_only_function<Result<std::string>()> ask = [&context, &arrival] {
            return context.terminal.ask_line_unless("Or paste the address that the browser ends at: ",
                                                    arrival.over);
        };
        const auto pasted = co_await loop.blocking(std::move(ask));
        if (arrival.over) co_return;
        if (!pasted) {
            arrival.given_up = pasted.error();
            arrival.came.notify();
            co_return;
        }
        auto callback = oauth::read_paste(*pasted, attempt, issuer);
        if (callback) {
            arrival.callback = std::move(*callback);
            arrival.came.notify();
            co_return;
        }
        context.out.error(callback.error());
    }
}

std::string account_name(const oauth::Granted& tokens) {
    const auto& account = tokens.account;
    const auto& name = account.email.empty() ? account.id : account.email;
    const bool fits =
        !name.empty() && name.size() <= 100 && printable(name) == name && name.find(':') == std::string::npos;
    return fits ? name : "default";
}

Result<NewCredential> plan(const Context& context, const AgentCredentials& credentials, const LoginWish& wish,
                           const oauth::Granted& tokens) {
    return auth::plan_credential(
        {.provider = wish.provider,
         .kind = auth::EnteredKind::login,
         .id = wish.profile_id.value_or(fmt::format("{}:{}", wish.provider, account_name(tokens)))},
        *credentials.profiles, context.clock.now());
}

// What the issuer gave, as it is stored; or why there is none.
Result<oauth::Granted> granted(oauth::Outcome outcome, const LoginWish& wish) {
    const auto no = [&](Code code, std::string why) {
        return hinted(fail(code, "{} gave no login: {}", wish.provider, why), remedy(wish.provider));
    };
    if (const auto* not_sent = std::get_if<oauth::NotSent>(&outcome))
        return no(Code::unavailable, not_sent->why);
    if (const auto* lost = std::get_if<oauth::Lost>(&outcome)) return no(Code::unavailable, lost->why);
    auto& answer = std::get<oauth::TokenAnswer>(outcome);
    if (const auto* unclear = std::get_if<oauth::Unclear>(&answer))
        return no(Code::unavailable, unclear->what);
    if (const auto* declined = std::get_if<oauth::Declined>(&answer))
        return no(
            declined->kind == oauth::Declined::Kind::later ? Code::unavailable : Code::denied,
            declined->text.empty() ? declined->code : fmt::format("{}: {}", declined->code, declined->text));
    return std::move(std::get<oauth::Granted>(answer));
}

Exit store(Context& context, AgentCredentials& credentials, const LoginWish& wish,
           const oauth::Granted& tokens) {
    const auto wanted = plan(context, credentials, wish, tokens);
    if (!wanted) return report(context, wanted.error());
    if (!tokens.refresh)
        context.out.note("note: the issuer gave no refresh token: this login ends with its access token");
    auth::Profile profile{.id = wanted->id,
                          .provider = wish.provider,
                          .credential = auth::OAuth{.access = tokens.access,
                                                    .refresh = tokens.refresh.value_or(Secret()),
                                                    .expires = tokens.expires,
                                                    .account_id = tokens.account.id,
                                                    .project_id = {},
                                                    .lifetime = tokens.lifetime},
                          .email = tokens.account.email,
                          .added = context.clock.now(),
                          .note = {}};
    return store_login(context, credentials, *wanted, profile,
                       {.as_json = wish.as_json, .verify = wish.verify});
}

// What can be wrong with the wish itself is said before anybody is sent anywhere.
Result<oauth::Issuer> find_issuer(Engine& engine, const Context& context, const AgentCredentials& credentials,
                                  const LoginWish& wish) {
    if (const auto wanted = plan(context, credentials, wish, {}); !wanted)
        return std::unexpected(wanted.error());
    auto issuer = oauth::issuer_of(wish.provider, *credentials.config);
    if (!issuer) return issuer;
    return engine.loop.run_until(
        credentials::discovered({*engine.http, context.clock}, std::move(*issuer), {}));
}

net::Task<Result<oauth::Granted>> by_browser(Context& context, Engine& engine, const oauth::Issuer& issuer,
                                             const oauth::Attempt& attempt, Arrival& arrival,
                                             const LoginWish& wish) {
    const auto end = engine.loop.now() + answer_max;
    while (!arrival.callback && !arrival.given_up && engine.loop.now() < end)
        co_await arrival.came.wait_for(std::chrono::duration_cast<Milliseconds>(end - engine.loop.now()) +
                                       Milliseconds(1));
    arrival.over = true;
    if (arrival.given_up && !arrival.callback) co_return std::unexpected(*arrival.given_up);
    if (!arrival.callback)
        co_return hinted(fail(Code::timed_out, "nothing came back within 10 minutes"), remedy(wish.provider));
    if (const auto* denial = std::get_if<oauth::Denial>(&*arrival.callback))
        co_return hinted(fail(Code::denied, "{} says no: {}{}{}", wish.provider, denial->code,
                              denial->text.empty() ? "" : ": ", denial->text),
                         remedy(wish.provider));
    co_return granted(
        co_await credentials::exchange_code({*engine.http, context.clock}, issuer, attempt,
                                            std::get<oauth::Authorized>(*arrival.callback).code, {}),
        wish);
}

Exit log_in_by_browser(Context& context, AgentCredentials& credentials, Engine& engine,
                       const oauth::Issuer& issuer, const LoginWish& wish) {
    auto listening = listen(engine.loop, issuer);
    if (!listening) return report(context, listening.error());
    const bool can_paste = context.terminal.input_is_terminal() && !wish.as_json;
    if (listening->listeners.empty() && !can_paste)
        return report(context, {Code::busy, fmt::format("nothing can come back: {}", listening->problem),
                                "free that port, or use --device-code, or `start` and `finish`"});
    const auto attempt = oauth::begin_attempt(listening->redirect.text, context.clock.now());
    const auto url = oauth::authorization_url(issuer, attempt);
    Arrival arrival(engine.loop);
    net::HttpServer server(engine.loop, {.seats = {}}, [&](net::Exchange& exchange) {
        return serve(exchange, attempt, issuer, listening->redirect, arrival);
    });
    for (auto& listener : listening->listeners) server.serve(std::move(listener));
    const Teller teller(context.out, wish.as_json);
    teller.event({{"event", "open"},
                  {"url", url},
                  {"redirectUri", attempt.redirect},
                  {"expiresAt", to_ms(attempt.end())}});
    teller.words(fmt::format("Open this address in a browser and log in:\n\n  {}\n", url));
    if (!listening->problem.empty() && listening->redirect.hosts.size() > 0 && can_paste)
        context.out.note("note: " + listening->problem +
                         "; so the browser will end at an error page, whose address is wanted here");
    net::TaskGroup tasks(engine.loop);
    if (can_paste) tasks.spawn(ask_for_paste(context, engine.loop, attempt, issuer, arrival));
    auto tokens = engine.loop.run_until(by_browser(context, engine, issuer, attempt, arrival, wish));
    engine.loop.run_until(tasks.join());
    const Exit exit = tokens ? store(context, credentials, wish, *tokens) : report(context, tokens.error());
    arrival.stored = exit == Exit::ok;
    arrival.came.notify();
    engine.loop.run_until(server.stop(std::chrono::seconds(2)));
    return exit;
}

net::Task<Result<oauth::Granted>> by_device_code(Context& context, Engine& engine,
                                                 const oauth::Issuer& issuer, oauth::DeviceCode code,
                                                 const LoginWish& wish) {
    const auto now = [&] { return engine.loop.now(); };
    oauth::DevicePolls polls(code, now());
    while (!polls.over(now())) {
        co_await engine.loop.sleep(std::chrono::duration_cast<Milliseconds>(polls.next() - now()) +
                                   Milliseconds(1));
        auto outcome = co_await credentials::poll_device_code({*engine.http, context.clock}, issuer,
                                                              code.device_code, {});
        const auto* answer = std::get_if<oauth::TokenAnswer>(&outcome);
        if (!answer) {  // a network that failed ends nothing
            polls.settle(oauth::Unclear{}, now());
            continue;
        }
        const auto* declined = std::get_if<oauth::Declined>(answer);
        using Kind = oauth::Declined::Kind;
        const bool over = std::holds_alternative<oauth::Granted>(*answer) ||
                          (declined && (declined->kind == Kind::dead || declined->kind == Kind::denied ||
                                        declined->kind == Kind::configuration));
        if (over) co_return granted(std::move(outcome), wish);
        polls.settle(*answer, now());
    }
    co_return hinted(fail(Code::timed_out, "the code was not entered in time"), remedy(wish.provider));
}

Exit log_in_elsewhere(Context& context, AgentCredentials& credentials, Engine& engine,
                      const oauth::Issuer& issuer, const LoginWish& wish) {
    if (issuer.device.empty())
        return report(context, {Code::invalid_input, fmt::format("{} offers no device codes", wish.provider),
                                "leave --device-code out"});
    auto code =
        engine.loop.run_until(credentials::ask_device_code({*engine.http, context.clock}, issuer, {}));
    if (!code) return report(context, code.error());
    const Teller teller(context.out, wish.as_json);
    teller.event({{"event", "device-code"},
                  {"url", code->page},
                  {"urlWithCode", code->page_with_code},
                  {"userCode", code->user_code},
                  {"expiresAt", to_ms(context.clock.now() + code->lifetime)}});
    teller.words(fmt::format("On any screen, open {} and enter the code {}\nIt is good for {}.",
                             printable(code->page), code->user_code, format_span(code->lifetime)));
    auto tokens = engine.loop.run_until(by_device_code(context, engine, issuer, std::move(*code), wish));
    return tokens ? store(context, credentials, wish, *tokens) : report(context, tokens.error());
}

platform::Path attempt_file(const AgentCredentials& credentials, const auth::ProviderId& provider) {
    return credentials.config->paths().state / "credentials" / "logins" /
           fmt::format("attempt-{}.json", provider);
}

Result<oauth::Attempt> read_attempt(Context& context, const AgentCredentials& credentials,
                                    const LoginWish& wish) {
    const auto none = [&](std::string_view why) {
        return hinted(
            fail(Code::not_found, "no login to {} is under way{}", wish.provider, why),
            fmt::format("begin one: `openclaw models auth login start --provider {}`", wish.provider));
    };
    const auto text =
        platform::read_if_exists(context.files, attempt_file(credentials, wish.provider), 16384);
    if (!text) return std::unexpected(text.error());
    if (!*text) return none("");
    const auto document = parse_json(**text, 16384);
    const auto* object = document ? document->if_object() : nullptr;
    if (!object) return none(": what was begun is damaged");
    oauth::Attempt attempt{.state = std::string(string_at(*object, "state").value_or("")),
                           .verifier = Secret(string_at(*object, "verifier").value_or("")),
                           .challenge = {},
                           .redirect = std::string(string_at(*object, "redirect").value_or("")),
                           .begun = from_ms(integer_at(*object, "begun").value_or(0))};
    if (attempt.state.empty() || attempt.verifier.empty()) return none(": what was begun is damaged");
    if (attempt.end() < context.clock.now()) {
        (void)context.files.remove(attempt_file(credentials, wish.provider));
        return none(": it was begun more than 10 minutes ago");
    }
    return attempt;
}

}  // namespace

bool has_issuer(const AgentCredentials& credentials, const auth::ProviderId& provider) {
    return oauth::is_described(provider, *credentials.config) ||
           oauth::issuer_of(provider, *credentials.config).has_value();
}

Exit log_in(Context& context, AgentCredentials& credentials, const LoginWish& wish) {
    const auto engine = build_engine(context, *credentials.config);
    const auto issuer = find_issuer(*engine, context, credentials, wish);
    if (!issuer) return report(context, issuer.error());
    const bool elsewhere = wish.device_code || issuer->authorization.empty();
    return elsewhere ? log_in_elsewhere(context, credentials, *engine, *issuer, wish)
                     : log_in_by_browser(context, credentials, *engine, *issuer, wish);
}

Exit start_login(Context& context, AgentCredentials& credentials, const LoginWish& wish) {
    const auto engine = build_engine(context, *credentials.config);
    const auto issuer = find_issuer(*engine, context, credentials, wish);
    if (!issuer) return report(context, issuer.error());
    const auto redirect = issuer->redirects.empty() ? std::string(usual_redirect) : issuer->redirects.front();
    const auto attempt = oauth::begin_attempt(redirect, context.clock.now());
    const auto path = attempt_file(credentials, wish.provider);
    if (auto made = platform::make_folders(context.files, path.parent_path(), 0700); !made)
        return report(context, made.error());
    const json::object object{{"state", attempt.state},
                              {"verifier", revealed(attempt.verifier)},
                              {"redirect", attempt.redirect},
                              {"begun", to_ms(attempt.begun)}};
    if (auto written = store::replace_file(context.files, path, format_json(object) + "\n"); !written)
        return report(context, written.error());
    const auto url = oauth::authorization_url(*issuer, attempt);
    if (wish.as_json)
        context.out.json(
            json::object{{"url", url}, {"redirectUri", redirect}, {"expiresAt", to_ms(attempt.end())}});
    else
        context.out.line(fmt::format(
            "Open this address in a browser and log in:\n\n  {}\n\nThen, within 10 minutes, give the "
            "address that the browser ends at to:\n\n  openclaw models auth login finish --provider {}",
            url, wish.provider));
    return Exit::ok;
}

Exit finish_login(Context& context, AgentCredentials& credentials, const LoginWish& wish,
                  const std::string& pasted) {
    const auto engine = build_engine(context, *credentials.config);
    const auto issuer = find_issuer(*engine, context, credentials, wish);
    if (!issuer) return report(context, issuer.error());
    const auto attempt = read_attempt(context, credentials, wish);
    if (!attempt) return report(context, attempt.error());
    const auto callback = oauth::read_paste(pasted, *attempt, *issuer);
    if (!callback) return report(context, callback.error());
    if (const auto* denial = std::get_if<oauth::Denial>(&*callback))
        return report(context, {Code::denied, fmt::format("{} says no: {}", wish.provider, denial->code),
                                remedy(wish.provider)});
    // A code is good for one use, whatever comes of it.
    if (auto removed = context.files.remove(attempt_file(credentials, wish.provider)); !removed)
        return report(context, removed.error());
    const auto tokens = granted(
        engine->loop.run_until(credentials::exchange_code({*engine->http, context.clock}, *issuer, *attempt,
                                                          std::get<oauth::Authorized>(*callback).code, {})),
        wish);
    return tokens ? store(context, credentials, wish, *tokens) : report(context, tokens.error());
}

}  // namespace openclaw::cli
