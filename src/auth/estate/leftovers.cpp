#include "auth/estate/leftovers.h"

#include <algorithm>

#include "auth/estate/leftover_text.h"
#include "auth/sealed/secret_file.h"
#include "base/redact.h"
#include "base/text.h"
#include "config/files/backups.h"
#include "config/files/document_files.h"
#include "config/files/load.h"
#include "config/json5/json5.h"
#include "config/settings/secrets.h"
#include "store/replace_file.h"

namespace openclaw::auth::sealed {
namespace {

constexpr std::size_t bytes_max = 64u << 20;
constexpr std::string_view store_name = "auth-profiles.json";

// The sealed values, and a way to see whether a text holds one.
struct Values {
    config::Literals literals;
    config::Literals current;  // what the config still has in plain: sealing doesn't touch it
    Redactor finder;

    bool in(std::string_view text) const {
        return !finder.find(text).empty() || std::ranges::any_of(literals, [&](const auto& literal) {
            return literal.size() < Redactor::value_bytes_min && text.contains('"' + literal + '"');
        });
    }
};

void collect_secrets(const json::value& value, std::vector<std::string>& found) {
    if (const auto* array = value.if_array())
        for (const auto& item : *array) collect_secrets(item, found);
    const auto* object = value.if_object();
    if (!object) return;
    for (const auto& [name, member] : *object) {
        const auto* text = member.if_string();
        if (text && (name == "key" || name == "token" || name == "access" || name == "refresh"))
            found.emplace_back(*text);
        collect_secrets(member, found);
    }
}

// Whether every secret of a file of old is sealed by now; what can't be read may hold anything.
bool all_sealed(std::string_view text, const Values& values) {
    const auto document = parse_json(text, bytes_max);
    if (!document) return false;
    std::vector<std::string> secrets;
    collect_secrets(*document, secrets);
    return std::ranges::all_of(secrets, [&](const auto& secret) {
        return trimmed(secret).empty() || values.literals.contains(secret);
    });
}

struct Cleaner {
    Estate& estate;
    const Values& values;
    bool purge;
    Outcome& outcome;

    // Files of credentials count whatever they hold: a key that was replaced is a secret still.
    Result<std::optional<std::string>> read_if_it_holds(const Path& path) const {
        auto text = platform::read_if_exists(estate.files, path, bytes_max);
        if (!text || !*text) return text;
        if (values.in(**text) || !values_in_credentials(**text).empty()) return text;
        return std::optional<std::string>();
    }

    Result<void> remove(const Path& path) const {
        if (auto removed = estate.files.remove(path); !removed) return removed;
        outcome.removed.push_back(path);
        return estate.files.sync_folder(path.parent_path());
    }

    Result<void> beside_store(const Path& folder) const {
        const auto names = estate.files.list(folder);
        if (!names)
            return names.error().code == Code::not_found ? Result<void>() : std::unexpected(names.error());
        for (const auto& name : *names) {
            if (!name.starts_with(store_name) || name == store_name || name.ends_with(".flock")) continue;
            const auto text = read_if_it_holds(folder / name);
            if (!text) return std::unexpected(text.error());
            if (!*text) continue;
            // A damaged store that was set aside may be the only place of something else.
            if ((name.contains(".corrupt-") || name.contains(".damaged-")) && !purge)
                outcome.kept.push_back(folder / name);
            else if (auto removed = remove(folder / name); !removed)
                return removed;
        }
        return {};
    }

    Result<void> legacy(const Path& path) const {
        if (path.empty()) return {};
        const auto text = read_if_it_holds(path);
        if (!text) return std::unexpected(text.error());
        if (!*text) return {};
        if (purge && all_sealed(**text, values)) return remove(path);
        outcome.kept.push_back(path);
        return {};
    }

    Result<void> beside_config(const Path& file) const {
        const auto folder = file.parent_path();
        const auto names = estate.files.list(folder);
        if (!names) return std::unexpected(names.error());
        const auto prefix = file.filename().string() + ".";
        for (const auto& name : *names) {
            if (!name.starts_with(prefix) || name.ends_with(".flock")) continue;
            const auto text = platform::read_if_exists(estate.files, folder / name, bytes_max);
            if (!text) return std::unexpected(text.error());
            if (!*text) continue;
            const bool holds = values.in(**text);
            const auto cleaned = config::without_old_secrets(
                **text, holds ? config::Literals() : values.current, values.literals);
            const bool clean = cleaned ? *cleaned == **text : values_in_credentials(**text).empty();
            if (!holds && clean) continue;
            if (!cleaned || values.in(*cleaned) || name.ends_with(".tmp")) {
                if (auto removed = remove(folder / name); !removed) return removed;
                continue;
            }
            if (auto saved = store::replace_file(estate.files, folder / name, *cleaned); !saved) return saved;
            outcome.cleaned.push_back(folder / name);
        }
        return {};
    }
};

config::Literals literals_of(Estate& estate) {
    if (estate.config_files.empty()) return {};
    const config::ReadText read = [&](const Path& file) {
        return estate.files.read(file, config::config_bytes_max);
    };
    const auto documents = config::DocumentFiles::open(estate.config_files.front(), read);
    return documents ? config::literal_secrets(documents->value()) : config::Literals();
}

Count count_of(const Path& file, std::vector<Spot> spots, KeyRing* keys) {
    Count count;
    count.file = file;
    for (const auto& spot : spots) {
        if (spot.plain()) ++count.plain;
        const auto text = spot.sealed();
        if (!text) continue;
        ++count.sealed;
        if (!keys) continue;
        const auto opened = keys->open(*text, spot.holder);
        if (opened) continue;
        count.unopened.push_back(spot.holder);
        if (count.problem.empty()) count.problem = opened.error().message;
    }
    return count;
}

}  // namespace

Result<void> for_each_document(Estate& estate,
                               const std::function<void(const Path&, std::vector<Spot>)>& visit) {
    for (const auto& folders : estate.agents) {
        const auto file = folders.own / store_name;
        const auto content = store::Document(estate.files, file).load();
        if (!content) return std::unexpected(content.error());
        if (!*content) continue;
        auto document = **content;
        visit(file, spots_in_store(document));
    }
    const auto paths = secret_files(estate.files, estate.state);
    if (!paths) return std::unexpected(paths.error());
    for (const auto& file : *paths) {
        auto text = store::read_replaced(estate.files, file, secret_file_bytes_max);
        if (!text) return failed(text.error(), "reading {}", file.string());
        auto document = document_of_file(*text);
        wipe(*text);
        visit(file, spots_in_file(document, file));
    }
    if (estate.config_files.empty()) return {};
    const config::ReadText read = [&](const Path& file) {
        return estate.files.read(file, config::config_bytes_max);
    };
    const auto documents = config::DocumentFiles::open(estate.config_files.front(), read);
    if (!documents) return std::unexpected(documents.error());
    auto document = documents->value();
    visit(estate.config_files.front(), spots_in_config(document));
    return {};
}

Result<std::vector<Count>> count_estate(Estate& estate, bool open) {
    std::vector<Count> counts;
    const auto read = for_each_document(estate, [&](const Path& file, std::vector<Spot> spots) {
        counts.push_back(count_of(file, std::move(spots), open ? &estate.keys : nullptr));
    });
    if (!read) return std::unexpected(read.error());
    return counts;
}

Result<std::vector<KnownSecret>> known_secrets(Estate& estate) {
    std::vector<KnownSecret> known;
    const auto read = for_each_document(estate, [&](const Path&, std::vector<Spot> spots) {
        for (const auto& spot : spots) {
            const auto name = spot.holder.record.empty()
                                  ? spot.holder.field
                                  : fmt::format("{} ({})", spot.holder.record, spot.holder.field);
            if (const auto plain = spot.plain()) known.push_back({name, Secret(*plain)});
            const auto text = spot.sealed();
            if (!text) continue;
            if (auto opened = estate.keys.open(*text, spot.holder))
                known.push_back({name, std::move(*opened)});
        }
    });
    if (!read) return std::unexpected(read.error());
    return known;
}

Result<void> clean_leftovers(Estate& estate, bool purge_legacy, Outcome& outcome) {
    const auto known = known_secrets(estate);
    if (!known) return std::unexpected(known.error());
    Values values;
    for (const auto& secret : *known) {
        values.literals.emplace(secret.value.reveal());
        values.finder.add(secret.value);
    }
    values.current = literals_of(estate);
    const Cleaner cleaner{estate, values, purge_legacy, outcome};
    for (const auto& folders : estate.agents) {
        if (auto done = cleaner.beside_store(folders.own); !done) return done;
        if (auto done = cleaner.legacy(folders.own / "auth.json"); !done) return done;
    }
    if (!estate.agents.empty())
        if (auto done = cleaner.legacy(estate.agents.front().legacy_oauth); !done) return done;
    for (const auto& file : estate.config_files)
        if (auto done = cleaner.beside_config(file); !done) return done;
    return {};
}

}  // namespace openclaw::auth::sealed
