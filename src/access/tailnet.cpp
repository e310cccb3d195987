#include "access/tailnet.h"

#include <unistd.h>

#include <array>

#include "access/trusted_proxy.h"
#include "base/json.h"
#include "base/text.h"
#include "net/client/http1_response.h"

namespace openclaw::access {

namespace {

using Time = std::chrono::steady_clock::time_point;

constexpr Milliseconds counts_for = std::chrono::seconds(10);
constexpr int asking_max = 8;
constexpr std::size_t kept_max = 1024;
constexpr std::size_t head_bytes_max = 16u << 10, body_bytes_max = 1u << 20;
constexpr std::size_t user_bytes_max = 256;

// What Tailscale gives out. Source: https://tailscale.com/kb/1015/100.x-addresses
bool is_in_tailnet(const AddressBytes& address) {
    static const std::array networks = {*Network::parse("100.64.0.0/10"),
                                        *Network::parse("fd7a:115c:a1e0::/48")};
    return networks[0].contains(address) || networks[1].contains(address);
}

// "100.64.0.7:41234", "%5Bfd7a:115c:a1e0::7%5D:41234"; without a port any of them.
std::string address_in_url(const TailnetQuestion& question) {
    if (question.port == 0) return question.address;
    const bool six = question.address.contains(':');
    return fmt::format("{}{}{}:{}", six ? "%5B" : "", question.address, six ? "%5D" : "", question.port);
}

std::string request_for(const TailnetQuestion& question) {
    return fmt::format(
        "GET /localapi/v0/whois?addr={} HTTP/1.1\r\nHost: local-tailscaled.sock\r\n"
        "Sec-Tailscale: localapi\r\nConnection: close\r\n\r\n",
        address_in_url(question));
}

struct Answered {
    int status = 0;
    std::string body = {};
};

Milliseconds left_until(Time end, const net::Loop& loop) {
    return std::max(std::chrono::ceil<Milliseconds>(end - loop.now()), Milliseconds(0));
}

net::Task<Result<Answered>> read_answer(net::Loop& loop, net::Stream& stream, Time end) {
    net::Http1Response response(net::Asked::with_body, head_bytes_max);
    Answered answered;
    std::array<char, 4096> buffer{};
    while (!response.complete()) {
        const auto count = co_await stream.read(buffer, left_until(end, loop));
        if (!count) co_return std::unexpected(count.error());
        if (*count == 0) {
            if (auto whole = response.end(); !whole) co_return std::unexpected(whole.error());
            break;
        }
        const auto taken = response.feed({buffer.data(), *count}, answered.body);
        if (!taken) co_return std::unexpected(taken.error());
        if (answered.body.size() > body_bytes_max) co_return fail(Code::too_large, "its answer is too long");
    }
    answered.status = response.status();
    co_return answered;
}

// Another user's program that has taken the socket's place would say whatever it likes.
bool is_believed(const net::Peer& daemon) {
    return daemon.owner && (daemon.owner->uid() == 0 || daemon.owner->uid() == geteuid());
}

net::Task<Result<Answered>> ask_daemon(net::Loop& loop, std::string socket, std::string request,
                                       Milliseconds patience) {
    const auto end = loop.now() + patience;
    auto stream = co_await net::connect_unix(loop, {socket}, patience);
    if (!stream) co_return std::unexpected(stream.error());
    if (!is_believed((*stream)->peer()))
        co_return fail(Code::denied, "what answers at {} is another user's program", socket);
    if (auto sent = co_await (*stream)->write(request, left_until(end, loop)); !sent)
        co_return std::unexpected(sent.error());
    auto answered = co_await read_answer(loop, **stream, end);
    (*stream)->close();
    co_return answered;
}

TailnetWord word_of(const Result<Answered>& answered) {
    if (!answered) return {.problem = answered.error().message};
    if (answered->status == 404) return {};  // it knows nobody there
    if (answered->status != 200) return {.problem = fmt::format("it answered {}", answered->status)};
    return {.user = user_in_whois(answered->body)};
}

// Counts those who are asked about, whichever way the asking ends.
class Counted {
public:
    explicit Counted(int& count) : count_(count) { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    int& count_;
};

}  // namespace

std::shared_ptr<const TailnetRules> TailnetRules::from(const config::Config& config, AccessMode mode) {
    if (!config.flag_or_default("gateway.auth.allowTailscale")) return nullptr;
    if (mode != AccessMode::token && mode != AccessMode::password) return nullptr;
    return std::make_shared<const TailnetRules>(
        TailnetRules{.socket = std::string(trimmed(config.text_or_default("gateway.tailscale.socket"))),
                     .scopes = identity_scopes(config)});
}

std::optional<TailnetQuestion> tailnet_question(const net::Headers& headers, const net::Peer& peer,
                                                const BrowserPolicy& browser) {
    const auto address = AddressBytes::parse(peer.address);
    if (!address || !(peer.loopback || is_in_tailnet(*address))) return std::nullopt;
    if (passage_of(headers, peer, nullptr).forwarded || browser.trusts(peer.address)) return std::nullopt;
    if (!host_is_expected(headers.find("host").value_or(""), browser)) return std::nullopt;
    if (was_sent_by_another_page(headers)) return std::nullopt;
    return TailnetQuestion{.address = peer.address, .port = peer.port, .loopback = peer.loopback};
}

net::Task<TailnetWord> TailnetWhois::ask(std::shared_ptr<const TailnetRules> rules,
                                         TailnetQuestion question) {
    auto key = rules->socket + " " + question.address;
    if (const auto kept = kept_.find(key); kept != kept_.end() && loop_.now() < kept->second.until)
        co_return kept->second.word;
    if (asking_ == asking_max) co_return TailnetWord{.problem = "too many callers are asked about"};
    const Counted counted(asking_);
    auto word = word_of(co_await ask_daemon(loop_, rules->socket, request_for(question), patience_));
    if (!question.loopback && word.problem.empty()) keep(std::move(key), word);
    co_return word;
}

void TailnetWhois::keep(std::string key, TailnetWord word) {
    const auto now = loop_.now();
    if (kept_.size() >= kept_max)
        std::erase_if(kept_, [&](const auto& each) { return each.second.until <= now; });
    if (kept_.size() >= kept_max) kept_.clear();
    kept_.insert_or_assign(std::move(key), Kept{std::move(word), now + counts_for});
}

std::string user_in_whois(std::string_view text) {
    const auto value = parse_json(text, body_bytes_max);
    const auto* answer = value ? as_object(&*value) : nullptr;
    const auto* node = answer ? object_at(*answer, "Node") : nullptr;
    const auto* profile = answer ? object_at(*answer, "UserProfile") : nullptr;
    if (!node || !profile) return {};
    const auto* tags = value_at(*node, "Tags");
    if (tags && !tags->is_null() && !(tags->is_array() && tags->get_array().empty())) return {};
    const auto user = trimmed(string_at(*profile, "LoginName").value_or(""));
    if (user.size() > user_bytes_max || user == "tagged-devices") return {};
    return printable(user);
}

}  // namespace openclaw::access
