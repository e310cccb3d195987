#include "config/files/load.h"

#include <sodium.h>

#include "base/text.h"
#include "config/agents.h"
#include "config/environment/environment_sources.h"
#include "config/environment/substitution.h"
#include "config/files/named_secrets.h"
#include "config/json5/key_path.h"
#include "config/newer_state.h"
#include "config/settings/settings.h"
#include "config/settings/validate.h"
#include "store/replace_file.h"

namespace openclaw::config {
namespace {

void append(std::vector<Problem>& to, std::vector<Problem> from) {
    std::ranges::move(from, std::back_inserter(to));
}

// What to do about a file that can't be used.
std::string remedy(const Error& error, const Paths& paths, platform::FileSystem& files) {
    const auto name = paths.shortened(paths.config_file);
    const bool backed_up = platform::exists(files, paths.config_file.string() + ".bak");
    if (error.code == Code::corrupt)
        return fmt::format("nothing was changed; {1}write {{}} into {0} to start over", name,
                           backed_up ? fmt::format("restore {}.bak, or ", name) : "mend it, or ");
    if (error.code == Code::denied) return fmt::format("see who may read it: ls -l {}", name);
    return error.hint;
}

// One digest of several named texts.
class TextDigest {
public:
    TextDigest() { crypto_generichash_init(&state_, nullptr, 0, crypto_generichash_BYTES); }

    void add(std::string_view name, std::string_view text) {
        for (const auto part : {name, text}) {
            const auto size = static_cast<std::uint64_t>(part.size());
            update(&size, sizeof size);
            update(part.data(), part.size());
        }
    }
    std::string finish() {
        std::string out(crypto_generichash_BYTES, '\0');
        crypto_generichash_final(&state_, reinterpret_cast<unsigned char*>(out.data()), out.size());
        return out;
    }

private:
    void update(const void* bytes, std::size_t size) {
        crypto_generichash_update(&state_, static_cast<const unsigned char*>(bytes), size);
    }

    crypto_generichash_state state_;
};

}  // namespace

class Loader {
public:
    explicit Loader(const LoadRequest& request) : request_(request), config_(std::make_shared<Config>()) {
        config_->paths_ = request.paths;
        config_->user_id_ = request.user_id;
    }

    std::shared_ptr<const Config> load() {
        check_places();
        read_file();
        open_sealed(config_->value_, {});
        auto environment = load_environment({.files = request_.files,
                                             .variables = request_.variables,
                                             .paths = request_.paths,
                                             .working_folder = trusted_working_folder(),
                                             .config = &config_->value_,
                                             .login_shell = request_.login_shell});
        config_->environment_ = std::move(environment.environment);
        config_->environment_files_ = std::move(environment.files);
        look_up_references(config_->value_, {});
        append(config_->problems_, std::move(environment.problems));
        append(config_->warnings_, std::move(environment.warnings));
        check_environment_files();
        substitute(environment.places);
        if (readable_) check_content();
        check_lock_files();
        auto list = read_agents(config_->value_, config_->paths_);
        config_->agents_ = std::move(list.agents);
        for (auto& agent : config_->agents_)
            agent.agent_folder = store_folder(request_.files, request_.paths.state, agent.agent_folder);
        append(config_->problems_, std::move(list.problems));
        append(config_->warnings_, std::move(list.warnings));
        check_stores();
        return config_;
    }

    static std::shared_ptr<const Config> empty(Paths paths, Environment environment) {
        auto config = std::make_shared<Config>();
        config->agents_ = read_agents({}, paths).agents;
        config->paths_ = std::move(paths);
        config->environment_ = std::move(environment);
        return config;
    }

private:
    AccessRules rules() const {
        return {request_.files, request_.user_id, request_.group_is_shared, request_.paths};
    }

    void take(AccessFindings findings) {
        append(config_->problems_, std::move(findings.problems));
        append(config_->warnings_, std::move(findings.warnings));
    }

    void check_places() {
        for (const auto& path : {request_.paths.state, request_.paths.config_file})
            take(check_access(rules(), path));
    }

    // Anybody may put a .env into a folder in which one happens to stand: it isn't read then, but stops
    // nothing.
    Path trusted_working_folder() {
        const auto& folder = request_.working_folder;
        if (folder.empty() || folder == request_.paths.state) return folder;
        auto findings = who_may_change(rules(), folder / ".env");
        append(findings.problems, std::move(findings.warnings));  // what merely warns root elsewhere, too
        for (auto& problem : findings.problems) problem.message += "; its variables are not used";
        const bool trusted = findings.problems.empty();
        append(config_->warnings_, std::move(findings.problems));
        return trusted ? folder : Path();
    }

    // Who may change these chooses keys, addresses and the lock.
    void check_environment_files() {
        for (const auto& path : config_->environment_files_)
            if (path != request_.working_folder / ".env") take(who_may_change(rules(), path));
    }

    // The lock's own files: who may change them lets himself in.
    void check_lock_files() {
        const auto& paths = request_.paths;
        const auto authority = paths.state / "gateway/authority",
                   keys = paths.state / "gateway/gateway.sqlite";
        for (const auto& path :
             {paths.gateway_token_file(), paths.credentials_folder() / "gateway-token-before.json",
              paths.credentials_folder() / "sealing.json", authority, authority / "ledger.json",
              authority / "invitations.json", keys, Path(keys.string() + "-wal"),
              paths.state / "gateway/devices.json", paths.state / "devices",
              paths.state / "devices/paired.json"})
            take(who_may_change(rules(), path));
        if (reads_named_secrets_) take(who_may_change(rules(), newer_shared_file(request_.paths.state)));
        if (!config_->flag_or_default("gateway.tls.enabled")) return;
        const auto place = [&](const std::string& text) {
            return expanded(text, request_.paths.home, request_.working_folder);
        };
        for (const std::string_view path : {"gateway.tls.certPath", "gateway.tls.clientCa"})
            if (const auto text = config_->text(path)) take(who_may_change(rules(), place(*text)));
        const auto* lists = config_->find("gateway.tls.clientCrl");
        if (lists && lists->is_array())
            for (const auto& list : lists->get_array())
                if (list.is_string()) take(who_may_change(rules(), place(std::string(list.get_string()))));
        if (const auto key = config_->text("gateway.tls.keyPath")) take(check_access(rules(), place(*key)));
    }

    // Stores hold no settings, so the program goes on.
    void check_stores() {
        for (const auto& agent : config_->agents_) {
            auto findings = who_may_change(rules(), agent.agent_folder / "auth-profiles.json");
            append(config_->warnings_, std::move(findings.problems));
            append(config_->warnings_, std::move(findings.warnings));
        }
    }

    void read_file() {
        TextDigest digest;
        const ReadText read = [&](const Path& path) -> Result<std::string> {
            auto text = request_.read ? request_.read(path)
                                      : store::read_replaced(request_.files, path, config_bytes_max);
            if (text) digest.add(path.string(), *text);
            if (path != request_.paths.config_file) return text;
            if (text) {
                config_->exists_ = true;
                config_->text_ = *text;
            } else {
                absent_ = text.error().code == Code::not_found;
            }
            return text;
        };
        auto document = read_with_includes(request_.paths.config_file, read);
        config_->digest_ = digest.finish();
        if (!document && absent_) {
            readable_ = false;
            return;
        }
        if (!document) {
            readable_ = false;
            config_->exists_ = true;
            const auto& error = document.error();
            config_->problems_.push_back(
                {{}, error.message, remedy(error, request_.paths, request_.files), error.code});
            return;
        }
        config_->value_ = std::move(document->value);
        config_->files_ = std::move(document->files);
        for (const auto& repeated : document->repeated_keys)
            config_->warnings_.push_back(
                {{}, fmt::format("{} is given twice; the last one counts", repeated), {}});
        for (std::size_t at = 1; at < config_->files_.size(); ++at)
            take(check_access(rules(), config_->files_[at]));
    }

    // Provider keys stay sealed here: the resolver opens each by itself, and a closed one costs that one
    // only.
    static bool is_opened_later(std::string_view path) {
        const auto* setting = setting_of_path(path);
        return setting && setting->key == "models.providers.*.apiKey";
    }

    void open_sealed(json::object& object, const std::string& parent) {
        std::vector<std::string> closed;
        for (auto& [key, member] : object) {
            const auto path = joined_path(parent, std::string_view(key));
            auto* below = member.if_object();
            if (below && string_at(*below, "source") == "sealed") {
                if (!is_opened_later(path) && !open(member, path)) closed.emplace_back(key);
            } else if (below) {
                open_sealed(*below, path);
            } else if (auto* list = member.if_array()) {
                for (std::size_t at = 0; at < list->size(); ++at)
                    if (auto* element = (*list)[at].if_object()) open_sealed(*element, joined_path(path, at));
            }
        }
        for (const auto& key : closed) object.stable_erase(key);
    }

    // A header that stays closed stays a reference: requests that need it fail, rather than go without it.
    bool open(json::value& value, const std::string& path) {
        const auto text = string_at(value.get_object(), "id");
        const auto opened = request_.unseal && text
                                ? request_.unseal(std::string(*text), path)
                                : Result<Secret>(fail(Code::unavailable, "there is no key to open it with"));
        if (opened) {
            value = revealed(*opened);
            literal_.insert(path);
            return true;
        }
        const auto& error = opened.error();
        config_->closed_.emplace(path, "is sealed and can't be opened: " + error.message);
        config_->warnings_.push_back({path, "is sealed and can't be opened: " + error.message,
                                      error.hint.empty() ? "see `openclaw secrets status`" : error.hint});
        const auto* setting = setting_of_path(path);
        return setting && setting->may_refer;
    }

    // References that a newer version of the reference writes: named secrets wherever a secret may stand
    // elsewhere, and variables in the gateway's own secrets. The others are looked up by those who need them.
    void look_up_references(json::object& object, const std::string& parent) {
        std::vector<std::string> closed;
        for (auto& [key, member] : object) {
            const auto path = joined_path(parent, std::string_view(key));
            auto* below = member.if_object();
            if (below && string_at(*below, "source")) {
                if (!look_up(member, path)) closed.emplace_back(key);
            } else if (below) {
                look_up_references(*below, path);
            } else if (auto* list = member.if_array()) {
                for (std::size_t at = 0; at < list->size(); ++at)
                    if (auto* element = (*list)[at].if_object())
                        look_up_references(*element, joined_path(path, at));
            }
        }
        for (const auto& key : closed) object.stable_erase(key);
    }

    Result<std::string> found_at(std::string_view source, const std::string& id) {
        reads_named_secrets_ = reads_named_secrets_ || source == "store";
        if (source == "store") return named_secret(request_.files, config_->paths_, id);
        if (source == "env")
            return hinted(fail(Code::invalid_input, "\"{}\" is no name of a variable", printable(id)),
                          "names are in capitals, such as OPENCLAW_GATEWAY_TOKEN");
        return hinted(fail(Code::unavailable, "it refers to a {}, which is not read for it", source),
                      "refer to a variable, or name the file with --token-file");
    }

    // False when the value isn't to be had: it counts as absent, and `closed` says why.
    bool look_up(json::value& value, const std::string& path) {
        const auto* setting = setting_of_path(path);
        if (!setting || !setting->may_refer) return true;
        const auto source = string_at(value.get_object(), "source").value_or("");
        const std::string id(string_at(value.get_object(), "id").value_or(""));
        const bool of_gateway = path.starts_with("gateway.");
        if (of_gateway && source == "env" && is_variable_name(id)) {
            value = fmt::format("${{{}}}", id);
            return true;
        }
        if (source != "store" && (!of_gateway || source == "sealed")) return true;
        auto found = found_at(source, id);
        if (found) {
            value = std::move(*found);
            literal_.insert(path);
            return true;
        }
        const auto why = "can't be read: " + found.error().message;
        config_->closed_.emplace(path, why);
        config_->warnings_.push_back({path, why, found.error().hint});
        return false;
    }

    // The env block was resolved with the environment, where its own entries don't count yet.
    void substitute(const std::string& places) {
        Substitution substitution{
            .environment = config_->environment_, .places = places, .literal = literal_};
        for (auto& [key, member] : config_->value_) {
            if (key != "env") substitution.apply(member, key);
        }
        config_->references_ = std::move(substitution.references);
        append(config_->problems_, std::move(substitution.problems));
    }

    void check_content() {
        auto findings = validate(config_->value_);
        append(config_->problems_, std::move(findings.problems));
        append(config_->warnings_, std::move(findings.warnings));
        append(config_->carried_, std::move(findings.carried));
    }

    const LoadRequest& request_;
    std::shared_ptr<Config> config_;
    std::set<std::string, std::less<>> literal_;  // paths of texts that were read from elsewhere
    bool absent_ = false, readable_ = true, reads_named_secrets_ = false;
};

std::shared_ptr<const Config> Config::empty(Paths paths, Environment environment) {
    return Loader::empty(std::move(paths), std::move(environment));
}

std::shared_ptr<const Config> load_config(const LoadRequest& request) {
    return Loader(request).load();
}

}  // namespace openclaw::config
