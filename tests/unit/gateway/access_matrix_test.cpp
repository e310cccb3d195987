// Every route, method and event × every kind of principal × every set of scopes × limits: what the program
// decides against what is written down here once more, by hand and in another shape.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "unit/gateway/restricted_world.h"

namespace openclaw::gateway {
namespace {

using access::Limits;
using access::Permit;
using Names = std::vector<std::string>;

// Who may have it: anybody, or who holds one of the scopes that are named. `limits`: whether it is for
// clients with limits as well.
struct Expected {
    std::string_view scopes;  // of the reference or ours, "" : everybody
    bool limits = false;
};
constexpr std::string_view everybody, seeing = "read write chat admin", talking = "write chat admin",
                                      reading = "read write admin", choosing = "models admin",
                                      pairing = "pairing admin", approving = "approvals admin",
                                      administrating = "admin";

const std::map<std::string_view, Expected> expected_methods{
    {"health", {reading, true}},
    {"status", {reading, true}},
    {"logs.tail", {reading}},
    {"usage.status", {reading, true}},
    {"usage.cost", {reading, true}},
    {"system-presence", {reading, true}},
    {"last-heartbeat", {reading, true}},
    {"models.list", {seeing, true}},
    {"models.auth.cooldown.list", {choosing}},
    {"models.auth.cooldown.clear", {choosing}},
    {"models.explain", {choosing}},
    {"models.check", {choosing}},
    {"models.probe", {choosing}},
    {"agents.list", {seeing, true}},
    {"agent.identity.get", {seeing, true}},
    {"sessions.list", {seeing, true}},
    {"sessions.describe", {seeing, true}},
    {"sessions.subscribe", {seeing, true}},
    {"sessions.preview", {seeing, true}},
    {"sessions.messages.subscribe", {seeing, true}},
    {"sessions.messages.unsubscribe", {seeing, true}},
    {"sessions.resolve", {seeing, true}},
    {"sessions.patch", {administrating, true}},
    {"sessions.reset", {administrating, true}},
    {"sessions.delete", {administrating, true}},
    {"chat.history", {seeing, true}},
    {"chat.startup", {seeing, true}},
    {"chat.send", {talking, true}},
    {"chat.abort", {talking, true}},
    {"agent", {talking, true}},
    {"agent.wait", {talking, true}},
    {"config.get", {reading}},
    {"config.schema", {administrating}},
    {"config.set", {administrating}},
    {"config.patch", {administrating}},
    {"config.apply", {administrating}},
    {"gateway.refresh", {administrating}},
    {"gateway.lock", {administrating}},
    {"env.list", {administrating}},
    {"secrets.sources", {administrating}},
    {"node.list", {reading, true}},
    {"cron.list", {reading, true}},
    {"cron.status", {reading, true}},
    {"channels.status", {reading, true}},
    {"commands.list", {seeing, true}},
    {"question.list", {reading, true}},
    {"exec.approval.list", {approving, true}},
    {"plugin.approval.list", {approving, true}},
    {"openclaw.approval.list", {approving, true}},
    {"skills.status", {reading, true}},
    {"exec.approvals.get", {administrating}},
    {"device.pair.list", {pairing, true}},
    {"device.pair.approve", {pairing}},
    {"device.pair.reject", {pairing}},
    {"device.pair.remove", {pairing}},
    {"device.pair.rename", {pairing}},
    {"device.token.rotate", {pairing}},
    {"device.token.revoke", {pairing}},
    {"node.pair.list", {pairing, true}},
};
const std::map<std::string_view, Expected> expected_routes{
    {"GET /healthz", {everybody, true}},
    {"GET /health", {everybody, true}},
    {"GET /readyz", {everybody, true}},
    {"GET /ready", {everybody, true}},
    {"POST /v1/chat/completions", {talking, true}},
    {"GET /enrol", {everybody, true}},
    {"GET /enrol/server-root.crt", {everybody, true}},
    {"POST /enrol/join", {everybody, true}},
    {"POST /enrol/renew", {everybody, true}},
    {"POST /enrol/open", {everybody, true}},
    {"POST /enrol/wait", {everybody, true}},
    {"POST /enrol/file", {everybody, true}},
};
const std::map<std::string_view, std::string_view> expected_events{
    {"connect.challenge", everybody},
    {"agent", seeing},
    {"chat", seeing},
    {"presence", reading},
    {"tick", everybody},
    {"health", reading},
    {"models.probe", choosing},
    {"device.pair.requested", pairing},
    {"device.pair.resolved", pairing},
    {"shutdown", everybody},
};
// What the reference has and this gateway hasn't: refused by its scope first, as there.
const std::map<std::string_view, std::string_view> expected_absent{
    {"system.info", reading},
    {"diagnostics.stability", reading},
    {"cron.get", reading},
    {"cron.runs", reading},
    {"cron.add", administrating},
    {"cron.update", administrating},
    {"cron.remove", administrating},
    {"cron.run", administrating},
    {"node.pair.approve", pairing},
    {"node.pair.reject", pairing},
    {"node.describe", reading},
    {"node.invoke", "write admin"},
    {"plugins.list", reading},
    {"channels.pairing.list", pairing},
    {"tasks.list", reading},
    {"approval.history", approving},
    {"webSearch.status", reading},
    {"diagnostics.lanes", reading},
    {"themes.list", reading},
    {"sessions.usage", reading},
    {"models.authStatus", reading},
    {"skills.search", reading},
    {"skills.library.list", reading},
    {"skills.install", administrating},
    {"skills.update", administrating},
    {"tts.status", reading},
    {"exec.approvals.set", administrating},
    {"channels.logout", administrating},
    {"send", "write admin"},
    {"wake", "write admin"},
    {"set-heartbeats", administrating},
    {"sessions.compact", administrating},
    {"secrets.reload", administrating},
    {"update.run", administrating},
};

// One set of scopes, by its names.
using ScopeSet = std::vector<std::string_view>;
constexpr std::string_view short_names[] = {"chat",  "read",    "write",    "models",
                                            "admin", "pairing", "approvals"};

std::vector<ScopeSet> all_scope_sets() {
    std::vector<ScopeSet> sets;
    for (unsigned bits = 0; bits < (1u << std::size(short_names)); ++bits) {
        ScopeSet set;
        for (std::size_t at = 0; at < std::size(short_names); ++at)
            if (bits & (1u << at)) set.push_back(short_names[at]);
        sets.push_back(std::move(set));
    }
    return sets;
}

access::Scopes scopes_of(const ScopeSet& set) {
    Names names;
    for (const auto name : set) names.push_back("operator." + std::string(name));
    return access::Scopes::named(names);
}

const std::vector<Limits> all_limits{{},
                                     {.agents = Names{"kid"}},
                                     {.sessions = Names{"agent:kid:*"}},
                                     {.models = Names{"anthropic/claude-haiku-4-5"}},
                                     {.agents = Names{}, .sessions = Names{}, .models = Names{}}};

std::vector<access::Proof> all_kinds() {
    std::vector<access::Proof> kinds{access::Proof::own_process};
    for (const auto& row : access::all_proofs()) kinds.push_back(row.proof);
    return kinds;
}

bool holds_one(const ScopeSet& held, std::string_view scopes) {
    if (scopes.empty()) return true;
    const auto words = split(scopes, ' ');
    return std::ranges::any_of(held,
                               [&](auto name) { return std::ranges::find(words, name) != words.end(); });
}

Permit expected(const Expected& row, const ScopeSet& held, bool limited) {
    if (!holds_one(held, row.scopes)) return Permit::missing_scope;
    return limited && !row.limits ? Permit::restricted : Permit::granted;
}

access::Identity identity(access::Proof proof, const ScopeSet& held, const Limits& limits) {
    return {
        .id = "somebody", .shown = "somebody", .proof = proof, .scopes = scopes_of(held), .limits = limits};
}

TEST(AccessMatrix, KnowsEveryScopeThatThereIs) {
    EXPECT_EQ(std::size(short_names), access::all_scopes().size());
    for (const auto scope : access::all_scopes())
        EXPECT_TRUE(std::ranges::count(short_names, access::short_name_of(scope))) << name_of(scope);
}

TEST(AccessMatrix, HasARowForWhateverIsOffered) {
    const auto offer = all_that_is_offered();
    for (const auto& method : offer.methods)
        EXPECT_TRUE(expected_methods.contains(method.name)) << method.name;
    for (const auto& event : offer.events) EXPECT_TRUE(expected_events.contains(event.name)) << event.name;
    for (const auto& absent : offer.absent) EXPECT_TRUE(expected_absent.contains(absent.name)) << absent.name;
    for (const auto& route : all_routes())
        EXPECT_TRUE(expected_routes.contains(fmt::format("{} {}", route.method, route.path.text())))
            << route.path.text();
    EXPECT_EQ(offer.methods.size(), expected_methods.size());
    EXPECT_EQ(offer.events.size(), expected_events.size());
    EXPECT_EQ(offer.absent.size(), expected_absent.size());
    EXPECT_EQ(all_routes().size(), expected_routes.size());
}

TEST(AccessMatrix, IsWhatTheTablesDecideForEveryPrincipal) {
    const auto offer = all_that_is_offered();
    for (const auto kind : all_kinds())
        for (const auto& held : all_scope_sets())
            for (const auto& limits : all_limits) {
                const auto who = test::principal_of(identity(kind, held, limits));
                const auto said = fmt::format("{} with {} {}", name_of(kind), fmt::join(held, " "),
                                              limits.none() ? "" : "and limits");
                for (const auto& method : offer.methods)
                    EXPECT_EQ(access::permit(who, method.needed, method.restricted),
                              expected(expected_methods.at(method.name), held, !limits.none()))
                        << method.name << " for " << said;
                for (const auto& route : all_routes()) {
                    if (!route.needed.scope()) continue;  // nobody is judged there
                    const auto name = fmt::format("{} {}", route.method, route.path.text());
                    EXPECT_EQ(access::permit(who, route.needed, route.restricted),
                              expected(expected_routes.at(name), held, !limits.none()))
                        << name << " for " << said;
                }
                for (const auto& event : offer.events)
                    EXPECT_EQ(event.needed.met_by(who.scopes()),
                              holds_one(held, expected_events.at(event.name)))
                        << event.name << " for " << said;
                for (const auto& absent : offer.absent)
                    EXPECT_EQ(absent.needed.met_by(who.scopes()),
                              holds_one(held, expected_absent.at(absent.name)))
                        << absent.name << " for " << said;
            }
}

// docs/scopes.md has a row for each method and route, and says of it what is expected here.
TEST(AccessMatrix, IsWhatThePageOnScopesSays) {
    std::ifstream file(OPENCLAW_SOURCE_FOLDER "/docs/scopes.md");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    const std::map<std::string_view, std::string_view> words{
        {everybody, "open to all"}, {seeing, "read or chat"}, {talking, "chat"},
        {reading, "read"},          {choosing, "models"},     {administrating, "admin"},
        {pairing, "pairing"},       {approving, "approvals"}};
    auto expected_rows = expected_methods;
    expected_rows.insert(expected_routes.begin(), expected_routes.end());
    for (const auto& [name, row] : expected_rows) {
        const auto line =
            fmt::format("\n| `{}` | {} | {} |\n", name, words.at(row.scopes), row.limits ? "yes" : "no");
        EXPECT_NE(page.find(line), std::string::npos) << "docs/scopes.md lacks" << line;
    }
}

// What an answer says of the decision; what else it says is the handler's.
Permit decided(const json::object& answer) {
    const auto text = json::serialize(answer);
    if (text.find("missing scope: ") != std::string::npos) return Permit::missing_scope;
    if (text.find("is not open to clients that are restricted") != std::string::npos)
        return Permit::restricted;
    return Permit::granted;
}

Permit decided(const RestrictedWorld::Answer& answer) {
    if (answer.status != 403) return Permit::granted;
    if (answer.body.find("missing scope: ") != std::string::npos) return Permit::missing_scope;
    if (answer.body.find("not open to clients that are restricted") != std::string::npos)
        return Permit::restricted;
    return Permit::granted;
}

TEST(AccessMatrix, IsWhatCallersAreAnswered) {
    RestrictedWorld world;
    for (const auto kind :
         {access::Proof::token, access::Proof::password, access::Proof::named_key, access::Proof::device})
        for (const auto& held : std::vector<ScopeSet>{{},
                                                      {"chat"},
                                                      {"read"},
                                                      {"write"},
                                                      {"models"},
                                                      {"admin"},
                                                      {"pairing"},
                                                      {"approvals"},
                                                      {"chat", "read"},
                                                      {"chat", "models"},
                                                      {"read", "approvals", "pairing"}})
            for (const auto& limits : {Limits{}, Limits{.agents = Names{"kid"}}}) {
                const bool by_device = kind == access::Proof::device;
                if (by_device && !limits.none()) continue;  // they have none
                const auto who = identity(kind, held, limits);
                const auto said = fmt::format("{} with {}", name_of(kind), fmt::join(held, " "));
                auto client = world.client(who);
                for (const auto& [name, row] : expected_methods)
                    EXPECT_EQ(decided(client->call(name, R"({"timeoutMs":0})")),
                              expected(row, held, !limits.none()))
                        << name << " for " << said;
                for (const auto& [name, scopes] : expected_absent)
                    EXPECT_EQ(decided(client->call(name)) == Permit::missing_scope, !holds_one(held, scopes))
                        << name << " for " << said;
                EXPECT_EQ(client->error("no.such.method").find("missing scope") == std::string::npos,
                          holds_one(held, administrating));
                for (const auto& [name, row] : expected_routes) {
                    if (by_device) break;  // nobody proves a device's key over HTTP
                    const auto words = split(name, ' ');
                    EXPECT_EQ(decided(world.http(who, std::string(words[0]), std::string(words[1]))),
                              expected(row, held, !limits.none()))
                        << name << " for " << said;
                }
                client->close();
            }
}

TEST(AccessMatrix, IsWhatEachGreetingOffers) {
    RestrictedWorld world;
    for (const auto& held : all_scope_sets())
        for (const auto& limits : {Limits{}, Limits{.models = Names{"anthropic/*"}}}) {
            auto client = world.client(identity(access::Proof::token, held, limits));
            const auto& features = *object_at(world.greeting(), "features");
            Names methods, events;
            for (const auto& name : *array_at(features, "methods")) methods.emplace_back(name.get_string());
            for (const auto& name : *array_at(features, "events")) events.emplace_back(name.get_string());
            for (const auto& method : all_that_is_offered().methods)
                EXPECT_EQ(std::ranges::count(methods, method.name) == 1,
                          method.advertised && expected(expected_methods.at(method.name), held,
                                                        !limits.none()) == Permit::granted)
                    << method.name << " for " << fmt::to_string(fmt::join(held, " "));
            for (const auto& [name, scopes] : expected_events)
                EXPECT_EQ(std::ranges::count(events, name) == 1, holds_one(held, scopes)) << name;
            client->close();
        }
}

// A line of a table that says nothing of who may call doesn't compile.
template <class Row>
concept CompilesWithoutNeeds = requires { Row{.name = "x"}; };
template <class Row>
concept CompilesWithNeeds = requires { Row{.name = "x", .needed = access::open_to_all}; };
static_assert(!CompilesWithoutNeeds<Method> && CompilesWithNeeds<Method>);
static_assert(!CompilesWithoutNeeds<Event> && CompilesWithNeeds<Event>);
static_assert(!CompilesWithoutNeeds<Absent>);
template <class Row>
concept RouteCompilesWithoutNeeds = requires(RouteHandler handler) {
    Row{.method = "GET", .path = "/x", .body = no_body, .handler = handler};
};
template <class Row>
concept RouteCompilesWithNeeds = requires(RouteHandler handler) {
    Row{.method = "GET", .path = "/x", .needed = access::open_to_all, .body = no_body, .handler = handler};
};
static_assert(!RouteCompilesWithoutNeeds<Route> && RouteCompilesWithNeeds<Route>);

}  // namespace
}  // namespace openclaw::gateway
