#include "random_state.h"

#include <random>

#include "auth/rests/rest.h"
#include "base/text.h"
#include "support/fake_clock.h"

namespace openclaw::test {
namespace {

constexpr const char* cut_character = "(half a character)";

struct KnownProvider {
    std::vector<const char*> spellings;  // the first is the normalised one
    std::vector<const char*> models;
    std::vector<const char*> variables;
};
const std::vector<KnownProvider> known = {
    {{"anthropic", "Anthropic"},
     {"claude-opus-4-5", "claude-sonnet-4-5"},
     {"ANTHROPIC_OAUTH_TOKEN", "ANTHROPIC_API_KEY"}},
    {{"openai", "OpenAI"}, {"gpt-5.2", "gpt-5-mini"}, {"OPENAI_API_KEY"}},
    {{"zai", "Z.AI", "z-ai"}, {"glm-4.7", "glm-4.6"}, {"ZAI_API_KEY", "Z_AI_API_KEY"}},
    {{"qwen-portal", "qwen"}, {"coder-model", "vision-model"}, {"QWEN_OAUTH_TOKEN", "QWEN_PORTAL_API_KEY"}},
    {{"openrouter"}, {"some/model", "auto"}, {"OPENROUTER_API_KEY"}},
    {{"ollama", "Ollama"}, {"llama3", "qwen3"}, {"OLLAMA_API_KEY"}},
    {{"lmstudio"}, {"local", "other"}, {}},
    {{"corp", "Corp"}, {"m1", "m2"}, {}},
};

// What stands where a key should and is evidently none.
const std::vector<const char*> no_keys = {"__OPENCLAW_REDACTED__", "sk-or-…50ec", "$NEVER_SET",
                                          "/run/secrets/key", "\"sk-half"};

bool is_no_key(std::string_view text) {
    return std::ranges::find(no_keys, text) != no_keys.end();
}

// What a file's text says of a secret: nothing where there is none.
std::optional<std::string> filled(std::string_view text) {
    text = trimmed_wide(text);
    if (text.empty() || is_no_key(text)) return std::nullopt;
    return std::string(text);
}

std::string_view without_quotes(std::string_view text) {
    text = trimmed_wide(text);
    return text.size() > 2 && text.starts_with('"') && text.ends_with('"') ? text.substr(1, text.size() - 2)
                                                                           : text;
}

class Maker {
public:
    explicit Maker(unsigned seed) : engine_(seed) { state_.seed = seed; }

    RandomState make() {
        main_ = one_in(2) ? &known[0] : &known[roll_known()];
        state_.now = some_now();
        add_environment();
        state_.main_store = some_store();
        const bool agents = one_in(3);
        if (agents && !one_in(4)) state_.agent_store = some_store();
        state_.agent = agents && !one_in(4) ? "work" : "main";
        state_.first_is_refused = one_in(3);
        state_.store_is_unwritable = state_.seed % 4 == 1;
        state_.files_begin_with_a_mark = one_in(5);
        state_.config["agents"] = some_agents(agents);
        state_.config["models"] = json::object{{"providers", some_providers()}};
        state_.config["auth"] = some_auth();
        return std::move(state_);
    }

private:
    int roll(int sides) { return static_cast<int>(engine_() % static_cast<unsigned>(sides)); }
    bool one_in(int sides) { return roll(sides) == 0; }
    template <class List>
    auto pick(const List& list) {
        return list[static_cast<std::size_t>(roll(static_cast<int>(list.size())))];
    }

    TimePoint some_now() {
        if (one_in(30)) return from_ms(315'532'800'000);    // 1980: before anything happened
        if (one_in(30)) return from_ms(3'976'214'400'000);  // 2096: long after
        return noon + std::chrono::minutes(roll(6000) - 3000);
    }
    std::int64_t some_time() { return to_ms(noon + std::chrono::minutes(roll(6000) - 3000)); }

    // Each is another one, so that the wire tells where it came from.
    std::string some_secret() {
        if (one_in(14)) return one_in(2) ? "" : "  ";
        if (one_in(20)) return std::string(pick(no_keys));
        const std::vector<const char*> prefixes = {"sk-", "sk-ant-api03-", "sk-ant-oat01-", "ключ-"};
        auto text = fmt::format("{}{}-{}", prefixes[static_cast<std::size_t>(one_in(30) ? 3 : roll(3))],
                                state_.seed, ++secrets_);
        if (one_in(40)) text.insert(4, "\n");
        if (one_in(20)) text = " " + text + "\n";
        if (one_in(20)) text = "\ufeff" + text + "\u00a0\u2003";
        return text;
    }

    // What may be a login's token: of that only what is shown in place of a secret is evidently none.
    std::string some_login() {
        auto text = some_secret();
        return is_no_key(text) ? no_keys[0] : text;
    }

    // As docker's --env-file and some shells leave it.
    std::string some_value() {
        auto text = some_login();
        return one_in(20) && filled(text) ? fmt::format(" \"{}\" ", trimmed_wide(text)) : text;
    }

    std::string some_id() { return fmt::format("{}:{}", main_->spellings[0], roll(5)); }
    const KnownProvider& some_provider() { return one_in(3) ? known[roll_known()] : *main_; }
    std::size_t roll_known() { return static_cast<std::size_t>(roll(static_cast<int>(known.size()))); }

    void add_environment() {
        for (const auto& provider : known)
            for (const auto* name : provider.variables)
                if (one_in(4)) state_.environment[name] = some_value();
        for (const auto* name : {"REF_A", "REF_B", "KEY_IN_CONFIG"})
            if (!one_in(3)) state_.environment[name] = some_login();
    }

    json::value some_expiry() {
        switch (roll(9)) {
            case 0:
                return some_time() / 1000;
            case 1:
                return "2026-01-30T11:00:00Z";
            case 2:
                return "2026-01-31T18:00:00.000Z";
            case 3:
                return "next week";
            case 4:
                return 0;
            case 5:
                return static_cast<double>(some_time()) + 0.5;
            default:
                return some_time();
        }
    }

    void put_secret(json::object& record, const std::string& field) {
        if (!one_in(6)) record[field] = field == "access" ? some_login() : some_secret();
        if (record.contains(field) && !one_in(8)) return;
        const std::vector<const char*> names = {"REF_A", "REF_B", "OPENAI_API_KEY", "NEVER_SET"};
        record[field + "Ref"] =
            one_in(8) ? json::object{{"source", "file"}, {"provider", "vault"}, {"id", "/a"}}
                      : json::object{{"source", "env"}, {"provider", "default"}, {"id", pick(names)}};
    }

    json::value some_record() {
        if (one_in(25)) return one_in(2) ? json::value("nothing") : json::value(nullptr);
        json::object record{{"provider", pick(some_provider().spellings)}};
        const std::vector<const char*> kinds = {"api_key", "api_key", "token", "oauth"};
        const std::string kind = one_in(25) ? "nonsense" : pick(kinds);
        record["type"] = kind;
        if (one_in(25)) record.erase("provider");
        if (one_in(25)) return record;  // without a secret
        if (kind == "api_key") put_secret(record, "key");
        if (kind == "token") put_secret(record, "token");
        if (kind == "oauth") {
            put_secret(record, "access");
            if (one_in(2)) record["refresh"] = some_secret();
        }
        if (kind != "api_key" && !one_in(3)) record["expires"] = some_expiry();
        if (one_in(12)) give_other_names(record);
        if (one_in(6)) record["addedAt"] = some_time();
        if (one_in(8)) record["email"] = "me@example.com";
        if (one_in(8)) record["displayName"] = cut_character;
        return record;
    }

    // As people and newer programs write it.
    static void give_other_names(json::object& record) {
        const auto rename = [&](std::string_view from, std::string_view to) {
            const auto* found = record.if_contains(from);
            if (!found) return;
            auto value = *found;
            record.erase(from);
            record[to] = std::move(value);
        };
        rename("type", "mode");
        rename("key", "apiKey");
        rename("keyRef", "key");
    }

    json::object some_trouble() {
        json::object trouble;
        if (!one_in(4)) trouble["lastFailureAt"] = some_time();
        if (one_in(2)) trouble["cooldownUntil"] = some_time();
        if (one_in(5)) trouble["disabledUntil"] = some_time();
        if (trouble.contains("disabledUntil")) trouble["disabledReason"] = "billing";
        if (one_in(2)) trouble["errorCount"] = roll(4);
        if (one_in(5)) trouble["trialAt"] = some_time();
        if (one_in(8)) trouble["benched"] = json::object{{"since", some_time()}, {"until", some_time()}};
        if (one_in(3))
            trouble["lastFailure"] =
                json::object{{"reason", one_in(2) ? "auth" : "rate_limit"}, {"status", 401}, {"text", "no"}};
        return trouble;
    }

    json::object some_usage(const json::value& record) {
        auto usage = some_trouble();
        if (one_in(2)) usage["lastUsed"] = some_time();
        const auto* object = record.if_object();
        const auto key = object ? string_at(*object, "key") : std::nullopt;
        if (key && one_in(3))
            usage["credential"] = auth::credential_print(
                one_in(3) ? Secret("another") : Secret(trimmed_wide(*key)), fingerprint_key);
        if (one_in(3)) {
            json::object models;
            for (const auto* model : main_->models)
                if (!one_in(3)) models[model] = some_trouble();
            usage["models"] = std::move(models);
        }
        return usage;
    }

    json::array some_ids() {
        json::array ids;
        for (int count = roll(5); count > 0; --count)
            ids.emplace_back(one_in(10) ? std::string(" ") : some_id());
        return ids;
    }

    json::object some_store() {
        json::object profiles, usage, store{{"version", 1}};
        for (int count = roll(7); count > 0; --count) {
            const auto id = some_id();
            profiles[id] = some_record();
            if (one_in(2)) usage[id] = some_usage(profiles[id]);
        }
        store["profiles"] = std::move(profiles);
        store["usageStats"] = std::move(usage);
        if (one_in(4)) store["order"] = json::object{{pick(main_->spellings), some_ids()}};
        if (one_in(4)) store["lastGood"] = json::object{{main_->spellings[0], some_id()}};
        return store;
    }

    json::object some_auth() {
        json::object auth;
        if (one_in(4)) auth["order"] = json::object{{pick(main_->spellings), some_ids()}};
        if (one_in(4)) {
            const std::vector<const char*> modes = {"api_key", "token", "oauth"};
            json::object profiles;
            for (int count = 1 + roll(3); count > 0; --count)
                profiles[some_id()] = {{"provider", one_in(6) ? "mistral" : pick(main_->spellings)},
                                       {"mode", pick(modes)}};
            auth["profiles"] = std::move(profiles);
        }
        return auth;
    }

    // Every one has an address of its own: the server on this machine, or a name that stands for one far
    // away and is reached through a proxy.
    json::object some_providers() {
        json::object providers;
        for (const auto& provider : known) {
            json::object entry{{"models", json::array()}};
            entry["baseUrl"] = one_in(2) ? std::string("@local/v1")
                                         : fmt::format("http://api.{}.example/v1", provider.spellings[0]);
            if (one_in(4)) entry["apiKey"] = some_config_key();
            if (one_in(12)) entry["authHeader"] = one_in(2);
            if (provider.variables.empty() && one_in(3)) entry["api"] = "anthropic-messages";
            if (one_in(9)) entry["headers"] = some_headers(entry);
            providers[pick(provider.spellings)] = std::move(entry);
        }
        return providers;
    }

    // Written by the owner, and where a key would go.
    json::object some_headers(const json::object& entry) {
        const bool key = !entry.contains("authHeader") && one_in(2);
        return {{"x-team", "blue"},
                {key ? "X-Api-Key" : "Authorization", fmt::format("Basic {}-{}", state_.seed, ++secrets_)}};
    }

    std::string some_config_key() {
        if (one_in(5)) return one_in(2) ? "KEY_IN_CONFIG" : "NAME_OF_NOTHING";
        if (one_in(12)) return "!pass show key";
        // A config that holds what is shown in place of a secret is refused as a whole.
        auto text = some_secret();
        return text == no_keys[0] ? no_keys[1] : text;
    }

    std::string some_model(const KnownProvider& provider) {
        return fmt::format("{}/{}", pick(provider.spellings), pick(provider.models));
    }

    json::object some_agents(bool several) {
        json::object model, defaults;
        const auto primary = some_model(*main_);
        model["primary"] = primary;
        if (one_in(5)) {
            defaults["models"] = json::object{{primary, json::object{{"alias", "Mine"}}}};
            model["primary"] = "mine";
        } else if (main_ == &known[0] && one_in(4)) {
            model["primary"] = "opus";
        }
        if (one_in(3)) model["fallbacks"] = json::array{some_model(one_in(2) ? *main_ : known[roll_known()])};
        if (one_in(20)) model.erase("primary");
        defaults["model"] = std::move(model);
        json::object agents{{"defaults", std::move(defaults)}};
        if (!several) return agents;
        json::object work{{"id", "work"}};
        if (one_in(3)) work["model"] = some_model(some_provider());
        agents["list"] = json::array{json::object{{"id", "main"}, {"default", true}}, std::move(work)};
        return agents;
    }

    std::mt19937 engine_;
    RandomState state_;
    const KnownProvider* main_ = nullptr;
    int secrets_ = 0;
};

}  // namespace

std::string RandomState::text_of(const json::object& store) const {
    // As JavaScript writes half of a character.
    return (files_begin_with_a_mark ? "\xEF\xBB\xBF" : "") +
           replaced(json::serialize(store), cut_character, "\\ud83d");
}

RandomState random_state(unsigned seed) {
    return Maker(seed).make();
}

std::string RandomState::described() const {
    json::object variables;
    for (const auto& [name, value] : environment) variables[name] = value;
    return fmt::format(
        "seed {}, agent {}, clock {} ms{}{}\nenvironment: {}\nopenclaw.json: {}\nagents/main: "
        "{}\nagents/work: "
        "{}\n",
        seed, agent, to_ms(now), first_is_refused ? ", the first request is refused" : "",
        store_is_unwritable ? ", the store can't be written" : "", json::serialize(variables),
        json::serialize(config), json::serialize(main_store),
        agent_store ? json::serialize(*agent_store) : "no file");
}

std::optional<std::string> RandomState::secret_of_profile(const std::string& id) const {
    const auto& own = agent == "work" && agent_store ? *agent_store : main_store;
    const auto* record = value_at(own.at("profiles").as_object(), id);
    if (!record) record = value_at(main_store.at("profiles").as_object(), id);
    const auto* object = record ? record->if_object() : nullptr;
    if (!object) return std::nullopt;
    for (const std::string field : {"key", "apiKey", "token", "access"}) {
        const auto* reference = object_at(*object, field + "Ref");
        if (!reference) reference = object_at(*object, field);
        if (reference) return secret_of_variable(std::string(string_at(*reference, "id").value_or("")));
        if (const auto text = string_at(*object, field)) return filled(*text);
    }
    return std::nullopt;
}

std::optional<std::string> RandomState::secret_of_variable(const std::string& name) const {
    const auto found = environment.find(name);
    const auto own = found == environment.end() ? std::nullopt : filled(without_quotes(found->second));
    // The older name fills the newer one.
    return own || name != "ZAI_API_KEY" ? own : secret_of_variable("Z_AI_API_KEY");
}

std::optional<std::string> RandomState::header_at(const std::string& path) const {
    for (const auto& [key, value] : config.at("models").at("providers").as_object()) {
        const auto* headers = object_at(value.as_object(), "headers");
        for (const auto* name : {"X-Api-Key", "Authorization"})
            if (headers && path == fmt::format("models.providers.{}.headers.{}", std::string_view(key), name))
                return std::string(string_at(*headers, name).value_or(""));
    }
    return std::nullopt;
}

std::optional<std::string> RandomState::secret_of_config(const std::string& provider_key) const {
    const auto& providers = config.at("models").at("providers").as_object();
    const auto* entry = object_at(providers, provider_key);
    const auto text = entry ? string_at(*entry, "apiKey") : std::nullopt;
    if (!text) return std::nullopt;
    const auto named = secret_of_variable(std::string(*text));
    return named ? named : filled(*text);
}

}  // namespace openclaw::test
