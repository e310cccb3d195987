#include "access/authority/ledger.h"

#include <arpa/inet.h>

#include <algorithm>
#include <ranges>

#include "access/authority/record_json.h"
#include "access/authority/roots.h"
#include "base/random.h"
#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr std::size_t ledger_bytes_max = 8u << 20;
// Beyond it nobody is added, so that renewals and revocations always find room.
constexpr std::size_t ledger_bytes_to_add_max = 7u << 20;
constexpr std::size_t records_max = 5000;
constexpr std::size_t server_names_max = 64;
constexpr auto remembered = std::chrono::days(365);  // what was revoked or renewed no more, after its end

json::array& array_in(json::object& content, std::string_view name) {
    auto& value = content[name];
    if (!value.is_array()) value = json::array();
    return value.get_array();
}

bool has_ended(const CertificateRecord& record, TimePoint now) {
    return record.leaves.empty() || record.leaves.back().ends <= now;
}

Result<void> check_name_is_free(const std::vector<CertificateRecord>& records, const std::string& name,
                                TimePoint now) {
    for (const auto& record : records)
        if (record.name == name && stands(record, now))
            return hinted(fail(Code::busy, "there is a client \"{}\" with a certificate already", name),
                          fmt::format("choose another name, or run `openclaw gateway cert revoke {}`", name));
    return {};
}

// The list is as long as the records that were read from it, in the same order.
void forget_long_gone(json::object& content, std::vector<CertificateRecord>& records, TimePoint now) {
    auto& list = array_in(content, clients_member);
    for (std::size_t at = records.size(); at-- > 0;) {
        const auto& record = records[at];
        if (!has_ended(record, now - remembered)) continue;
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(at));
        records.erase(records.begin() + static_cast<std::ptrdiff_t>(at));
    }
}

// Of those that ended only the last is kept: what a client proves that comes too late.
void forget_ended(std::vector<IssuedLeaf>& leaves, TimePoint now) {
    const auto ended = [&](const IssuedLeaf& leaf) { return leaf.ends <= now; };
    const auto last = std::ranges::find_if(leaves | std::views::reverse, ended);
    const auto kept = last == std::ranges::rend(leaves) ? std::string() : last->serial;
    std::erase_if(leaves, [&](const IssuedLeaf& leaf) { return ended(leaf) && leaf.serial != kept; });
}

std::unexpected<Error> unknown(const std::string& id_or_name) {
    return hinted(fail(Code::not_found, "no client \"{}\" has a certificate", printable(id_or_name)),
                  "see `openclaw gateway cert list`");
}

bool is_host_label(std::string_view label) {
    const auto fits = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
    };
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, fits);
}

}  // namespace

bool stands(const CertificateRecord& record, TimePoint now) {
    return !record.revoked && !has_ended(record, now);
}

std::string new_record_id() {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";
    std::string id = "crt_";
    for (const char byte : random_bytes(16)) id += letters[static_cast<unsigned char>(byte) % letters.size()];
    return id;
}

Result<void> check_client_name(std::string_view name) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    const auto fits = [&](char c) { return is_letter(c) || c == '-' || c == '_' || c == '.'; };
    if (!name.empty() && name.size() <= 40 && is_letter(name.front()) && std::ranges::all_of(name, fits) &&
        !name.starts_with("crt_"))
        return {};
    return hinted(fail(Code::invalid_input, "\"{}\" can't be a client's name", printable(name)),
                  "use up to 40 letters, digits, \"-\", \"_\" and \".\", such as \"phone\"");
}

Result<std::string> parse_server_name(std::string_view text) {
    const auto name = lowered(trimmed(text));
    char bytes[16], literal[INET6_ADDRSTRLEN];
    for (const int family : {AF_INET, AF_INET6})
        if (inet_pton(family, name.c_str(), bytes) == 1)
            return std::string(inet_ntop(family, bytes, literal, sizeof literal));
    const auto labels = split(name, '.');
    // Four numbers that are no address aren't a name either.
    const bool numeric = labels.back().find_first_not_of("0123456789") == std::string_view::npos;
    if (name.size() <= 253 && !numeric && std::ranges::all_of(labels, is_host_label)) return name;
    return hinted(
        fail(Code::invalid_input, "\"{}\" is neither a host's name nor an address", printable(text)),
        "use a name as it stands in an address, such as \"nas.example.com\", without \"*\" and port");
}

Ledger::Ledger(platform::FileSystem& files, platform::Path path)
    : files_(files),
      document_(files, std::move(path),
                {.bytes_max = ledger_bytes_max, .damage_hint = std::string(ledger_repair)}) {}

Result<void> Ledger::check_present() {
    const auto authority = path().parent_path() / root_file(AuthorityKind::client, 1, "crt");
    if (platform::exists(files_, path()) || !platform::exists(files_, authority)) return {};
    return hinted(fail(Code::corrupt, "{} is gone: nobody's certificate counts", path().string()),
                  std::string(authority_repair));
}

template <class Work>
auto Ledger::change(Work work) {
    using Outcome = std::invoke_result_t<Work, json::object&>;
    return document_.update([&](json::object& content) -> Outcome {
        if (auto present = check_present(); !present) return std::unexpected(std::move(present).error());
        return work(content);
    });
}

template <class Work>
Result<CertificateRecord> Ledger::change_record(const std::string& id, Work work) {
    return change([&](json::object& content) -> Result<CertificateRecord> {
        auto records = records_of(content);
        if (!records) return std::unexpected(std::move(records).error());
        const auto found = std::ranges::find(*records, id, &CertificateRecord::id);
        if (found == records->end()) return unknown(id);
        if (auto changed = work(*records, *found); !changed)
            return std::unexpected(std::move(changed).error());
        const auto at = static_cast<std::size_t>(found - records->begin());
        put_record(array_in(content, clients_member)[at].get_object(), *found);
        return *found;
    });
}

Result<void> Ledger::begin() {
    return change([](json::object& content) -> Result<void> {
        array_in(content, clients_member);
        return {};
    });
}

Result<std::vector<CertificateRecord>> Ledger::records() {
    const auto content = document_.load();
    if (!content) return std::unexpected(content.error());
    if (auto present = check_present(); !present) return std::unexpected(std::move(present).error());
    if (!*content) return std::vector<CertificateRecord>();
    auto records = records_of(**content);
    if (!records) return failed(std::move(records).error(), "{}", path().string());
    return records;
}

Result<CertificateRecord> Ledger::find(const std::string& id_or_name, TimePoint now) {
    auto all = records();
    if (!all) return std::unexpected(std::move(all).error());
    const CertificateRecord* newest = nullptr;
    for (const auto& record : *all) {
        if (record.id == id_or_name) return record;
        if (record.name != id_or_name) continue;
        if (stands(record, now)) return record;
        newest = &record;
    }
    if (newest) return *newest;
    return unknown(id_or_name);
}

Result<void> Ledger::add(const CertificateRecord& record, TimePoint now) {
    if (auto sound = check_client_name(record.name); !sound) return sound;
    return change([&](json::object& content) -> Result<void> {
        auto records = records_of(content);
        if (!records) return failed(std::move(records).error(), "{}", path().string());
        if (auto free = check_name_is_free(*records, record.name, now); !free) return free;
        forget_long_gone(content, *records, now);
        if (records->size() >= records_max)
            return fail(Code::too_large, "{} clients have certificates; there is no room for more",
                        records_max);
        json::object added;
        put_record(added, record);
        array_in(content, clients_member).push_back(std::move(added));
        if (format_json(content).size() > ledger_bytes_to_add_max)
            return hinted(fail(Code::too_large, "{} has no room for one more client", path().string()),
                          "restrict clients to fewer names, by how they begin, as in `work-*`");
        return {};
    });
}

Result<CertificateRecord> Ledger::add_leaf(const std::string& id, const IssuedLeaf& leaf,
                                           Milliseconds lifetime, TimePoint now) {
    return change_record(id, [&](const auto&, CertificateRecord& record) -> Result<void> {
        if (record.revoked) return fail(Code::denied, "the certificate of \"{}\" was revoked", record.name);
        forget_ended(record.leaves, now);
        record.leaves.push_back(leaf);
        record.lifetime = lifetime;
        return {};
    });
}

Result<CertificateRecord> Ledger::revoke(const std::string& id, TimePoint now) {
    return change_record(id, [&](const auto&, CertificateRecord& record) -> Result<void> {
        if (!record.revoked) record.revoked = now;
        return {};
    });
}

Result<void> Ledger::forget(const std::string& id) {
    return change([&](json::object& content) -> Result<void> {
        const auto records = records_of(content);
        if (!records) return std::unexpected(records.error());
        const auto found = std::ranges::find(*records, id, &CertificateRecord::id);
        if (found == records->end()) return {};
        auto& list = array_in(content, clients_member);
        list.erase(list.begin() + (found - records->begin()));
        return {};
    });
}

Result<std::vector<std::string>> Ledger::server_names() {
    if (auto present = check_present(); !present) return std::unexpected(std::move(present).error());
    const auto content = document_.load();
    if (!content) return std::unexpected(content.error());
    if (!*content) return std::vector<std::string>();
    auto names = server_names_of(**content);
    if (!names) return failed(std::move(names).error(), "{}", path().string());
    return names;
}

Result<bool> Ledger::add_server_name(const std::string& name) {
    return change([&](json::object& content) -> Result<bool> {
        const auto names = server_names_of(content);
        if (!names) return failed(names.error(), "{}", path().string());
        if (std::ranges::find(*names, name) != names->end()) return false;
        if (names->size() >= server_names_max)
            return fail(Code::too_large, "{} names are the most that can be added", server_names_max);
        array_in(content, server_names_member).emplace_back(name);
        return true;
    });
}

Result<bool> Ledger::remove_server_name(const std::string& name) {
    return change([&](json::object& content) -> Result<bool> {
        const auto names = server_names_of(content);
        if (!names) return failed(names.error(), "{}", path().string());
        const auto found = std::ranges::find(*names, name);
        if (found == names->end()) return false;
        auto& list = array_in(content, server_names_member);
        list.erase(list.begin() + (found - names->begin()));
        return true;
    });
}

}  // namespace openclaw::access
