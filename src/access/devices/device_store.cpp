#include "access/devices/device_store.h"

#include <algorithm>

#include "access/devices/device_json.h"
#include "access/gateway_secret.h"
#include "base/random.h"
#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr std::size_t file_bytes_max = 4u << 20;
constexpr std::size_t devices_max = 1000;
constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t short_id_min = 8;
constexpr std::string_view damage_hint =
    "until it is repaired no device comes in; move it away to pair them anew, or repair it by hand";

std::uint64_t new_number() {
    std::uint64_t number = 0;
    for (const char byte : random_bytes(sizeof number))
        number = number << 8 | static_cast<unsigned char>(byte);
    return number >> 2;  // fits a number of JSON
}

std::unexpected<Error> unknown_device(const std::string& id) {
    return hinted(fail(Code::not_found, "no device \"{}\" is paired", printable(shortened(id, 80))),
                  "see `openclaw devices list`");
}

std::unexpected<Error> unknown_role(const Device& device, const std::string& role) {
    return hinted(fail(Code::not_found, "{} has no token for the role \"{}\"", shown_name(device.card),
                       printable(shortened(role, 40))),
                  "see `openclaw devices list`");
}

Result<void> check_manager(Scopes manager, const Device& device, Scopes needed) {
    for (const auto& name : needed.names())
        if (!manager.allow(*find_scope(name)))
            return hinted(
                fail(Code::denied, "missing scope: {}, which {} has", name, shown_name(device.card)),
                "let somebody do it who may do as much, such as the gateway's owner on its host");
    return {};
}

// What stands here of a device counts before what the reference's file says.
std::vector<Device> merged(std::vector<Device> own, std::vector<Device> references) {
    for (auto& device : references)
        if (std::ranges::none_of(own, [&](const Device& each) { return each.card.id == device.card.id; }))
            own.push_back(std::move(device));
    std::erase_if(own, [](const Device& device) { return device.removed.has_value(); });
    std::ranges::sort(own, std::greater(),
                      [](const Device& device) { return std::pair(device.approved, device.card.id); });
    return own;
}

json::object& records_in(json::object& content) {
    auto& value = content[devices_member];
    if (!value.is_object()) value = json::object();
    return value.get_object();
}

void write_record(json::object& content, const Device& device) {
    auto& record = records_in(content)[device.card.id];
    if (!record.is_object()) record = json::object();
    put_device(record.get_object(), device);
}

bool has_tokens(const Device& device) {
    return std::ranges::any_of(device.grants, [](const DeviceGrant& grant) { return !grant.revoked; });
}

bool stands_among(const std::vector<Device>& devices, const std::string& id) {
    return std::ranges::any_of(devices, [&](const Device& device) { return device.card.id == id; });
}

// Of one that was removed nothing stays, unless the reference's file says that it is paired.
void replace_record(json::object& content, const Device& device, bool is_theirs) {
    if (device.removed) records_in(content).erase(device.card.id);
    if (!device.removed || is_theirs) write_record(content, device);
}

Device new_device(const DeviceCard& card, TimePoint now) {
    return {.card = card, .grants = {}, .created = now, .approved = now, .removed = {}};
}

void say_of_itself(Device& device, const DeviceCard& card) {
    const auto name = device.card.name.empty() ? card.name : device.card.name;
    device.card = card;
    device.card.name = name;  // somebody may have given it another one
}

DeviceGrant& grant_for(Device& device, const std::string& role, Scopes scopes, TimePoint now) {
    if (auto* grant = device.find_grant(role); grant && !grant->revoked) {
        grant->scopes = united(grant->scopes, scopes);
        return *grant;
    }
    std::erase_if(device.grants, [&](const DeviceGrant& grant) { return grant.role == role; });
    return device.grants.emplace_back(DeviceGrant{.role = role,
                                                  .scopes = scopes,
                                                  .number = new_number(),
                                                  .tokens = {},
                                                  .created = now,
                                                  .rotated = {},
                                                  .revoked = {},
                                                  .claim_until = {}});
}

}  // namespace

platform::Path own_devices_file(const config::Paths& paths) {
    return paths.state / "gateway" / "devices.json";
}

platform::Path reference_devices_file(const config::Paths& paths) {
    return paths.state / "devices" / "paired.json";
}

DeviceStore::DeviceStore(platform::FileSystem& files, const config::Paths& paths)
    : own_(files, own_devices_file(paths),
           {.bytes_max = file_bytes_max, .damage_hint = std::string(damage_hint)}),
      reference_(files, reference_devices_file(paths),
                 {.bytes_max = file_bytes_max, .damage_hint = std::string(damage_hint)}) {}

Result<std::vector<Device>> DeviceStore::references() {
    const auto content = reference_.load();
    if (!content) return std::unexpected(content.error());
    return *content ? reference_devices_of(**content) : std::vector<Device>();
}

Result<std::vector<Device>> DeviceStore::devices() {
    auto others = references();
    if (!others) return std::unexpected(std::move(others).error());
    const auto content = own_.load();
    if (!content) return std::unexpected(content.error());
    if (!*content) return merged({}, std::move(*others));
    auto own = devices_of(**content);
    if (!own) return hinted(failed(std::move(own).error(), "{}", path().string()), std::string(damage_hint));
    return merged(std::move(*own), std::move(*others));
}

Result<Device> DeviceStore::find(const std::string& id_or_name) {
    auto all = devices();
    if (!all) return std::unexpected(std::move(all).error());
    const auto is_meant = [&](const Device& device) {
        return device.card.id == id_or_name || device.card.name == id_or_name ||
               (id_or_name.size() >= short_id_min && device.card.id.starts_with(id_or_name));
    };
    const auto found = std::ranges::find_if(*all, is_meant);
    if (found == all->end() || id_or_name.empty()) return unknown_device(id_or_name);
    if (found->card.id == id_or_name || std::find_if(found + 1, all->end(), is_meant) == all->end())
        return std::move(*found);
    return hinted(fail(Code::invalid_input, "more than one device is called \"{}\"", printable(id_or_name)),
                  "give the id that `openclaw devices list --json` shows");
}

// Reads all again under the lock; `change` gets the device as it counts, null when it isn't paired, and gives
// what it is to be with what there is to tell.
template <class Change>
auto DeviceStore::change(const std::string& id, Change change) {
    using Told = typename std::invoke_result_t<Change, std::optional<Device>&>::value_type;
    return own_.update([&](json::object& content) -> Result<Told> {
        auto own = devices_of(content);
        if (!own)
            return hinted(failed(std::move(own).error(), "{}", path().string()), std::string(damage_hint));
        auto others = references();
        if (!others) return std::unexpected(std::move(others).error());
        const bool is_theirs = stands_among(*others, id);
        const auto all = merged(std::move(*own), std::move(*others));
        const auto found = std::ranges::find(all, id, [](const Device& device) { return device.card.id; });
        std::optional<Device> device;
        if (found != all.end()) device = *found;
        if (!device && all.size() >= devices_max)
            return hinted(
                fail(Code::too_large, "{} devices are paired; there is no room for more", all.size()),
                "take off those that nobody has any more: `openclaw devices remove DEVICE`");
        auto told = change(device);
        if (told && device) replace_record(content, *device, is_theirs);
        return told;
    });
}

template <class Change>
auto DeviceStore::change_paired(const std::string& id, Scopes manager, Change change_it) {
    using Changed = std::invoke_result_t<Change, Device&>;
    return change(id, [&](std::optional<Device>& device) -> Changed {
        if (!device) return unknown_device(id);
        if (auto may = check_manager(manager, *device, device->scopes()); !may)
            return std::unexpected(may.error());
        return change_it(*device);
    });
}

Result<IssuedToken> DeviceStore::issue(const DeviceCard& card, const std::string& role, Scopes scopes,
                                       TimePoint now) {
    return change(card.id, [&](std::optional<Device>& device) -> Result<IssuedToken> {
        if (!device) device = new_device(card, now);
        say_of_itself(*device, card);
        auto& grant = grant_for(*device, role, scopes, now);
        auto token = new_token();
        grant.tokens.push_back(SecretDigest(token));
        if (grant.tokens.size() > device_tokens_max) grant.tokens.erase(grant.tokens.begin());
        grant.claim_until.reset();
        return IssuedToken{std::move(token), role, grant.scopes, now};
    });
}

// What it had before, it has again by its key alone: that, too, is his to give.
Result<Device> DeviceStore::approve(const DeviceCard& card, const std::string& role, Scopes scopes,
                                    Scopes manager, TimePoint now) {
    return change(card.id, [&](std::optional<Device>& device) -> Result<Device> {
        if (!device) device = new_device(card, now);
        say_of_itself(*device, card);
        device->approved = now;
        auto& grant = grant_for(*device, role, scopes, now);
        grant.claim_until = now + device_claim_time;
        if (auto may = check_manager(manager, *device, grant.scopes); !may)
            return std::unexpected(may.error());
        return *device;
    });
}

Result<IssuedToken> DeviceStore::rotate(const std::string& id, const std::string& role,
                                        std::optional<Scopes> scopes, Scopes manager, TimePoint now) {
    return change_paired(id, manager, [&](Device& device) -> Result<IssuedToken> {
        auto* grant = device.find_grant(role);
        if (!grant) return unknown_role(device, role);
        if (scopes && !covers(grant->scopes, *scopes))
            return hinted(fail(Code::invalid_input, "{} may do no more than it was approved for ({})",
                               shown_name(device.card), joined(grant->scopes.names(), ", ")),
                          "let the device ask for more, and approve that: `openclaw devices list`");
        const auto given = scopes.value_or(grant->scopes);
        if (auto may = check_manager(manager, device, given); !may) return std::unexpected(may.error());
        auto token = new_token();
        grant->scopes = given;
        grant->number = new_number();
        grant->tokens = {SecretDigest(token)};
        grant->rotated = now;
        grant->revoked.reset();
        grant->claim_until.reset();
        return IssuedToken{std::move(token), role, given, now};
    });
}

Result<Device> DeviceStore::revoke(const std::string& id, const std::string& role, Scopes manager,
                                   TimePoint now) {
    return change_paired(id, manager, [&](Device& device) -> Result<Device> {
        auto* grant = device.find_grant(role);
        if (!grant) return unknown_role(device, role);
        if (!grant->revoked) grant->revoked = now;
        grant->claim_until.reset();
        return device;
    });
}

Result<Device> DeviceStore::rename(const std::string& id, const std::string& name, Scopes manager) {
    const auto wanted = trimmed(name);
    if (wanted.empty() || wanted.size() > name_bytes_max || printable(wanted) != wanted)
        return hinted(fail(Code::invalid_input, "\"{}\" can't be a device's name", printable(name)),
                      "use up to 64 characters, such as \"Anna's phone\"");
    return change_paired(id, manager, [&](Device& device) -> Result<Device> {
        device.card.name = wanted;
        return device;
    });
}

Result<Device> DeviceStore::remove(const std::string& id, Scopes manager, TimePoint now) {
    return change_paired(id, manager, [&](Device& device) -> Result<Device> {
        auto before = device;
        device.grants.clear();
        device.removed = now;
        return before;
    });
}

Result<std::size_t> DeviceStore::count_with_tokens() {
    const auto all = devices();
    if (!all) return std::unexpected(all.error());
    return static_cast<std::size_t>(std::ranges::count_if(*all, has_tokens));
}

Result<std::size_t> DeviceStore::revoke_all(TimePoint now) {
    return change_all([&](Device& device) {
        const bool had_some = has_tokens(device);
        for (auto& grant : device.grants) {
            if (!grant.revoked) grant.revoked = now;
            grant.claim_until.reset();
        }
        return had_some;
    });
}

Result<std::size_t> DeviceStore::clear(TimePoint now) {
    return change_all([&](Device& device) {
        device.grants.clear();
        device.removed = now;
        return true;
    });
}

Result<std::size_t> DeviceStore::change_all(const std::function<bool(Device&)>& change) {
    return own_.update([&](json::object& content) -> Result<std::size_t> {
        auto own = devices_of(content);
        if (!own)
            return hinted(failed(std::move(own).error(), "{}", path().string()), std::string(damage_hint));
        auto others = references();
        if (!others) return std::unexpected(std::move(others).error());
        std::size_t changed = 0;
        for (auto& device : merged(std::move(*own), *others)) {
            if (!change(device)) continue;
            ++changed;
            replace_record(content, device, stands_among(*others, device.card.id));
        }
        return changed;
    });
}

}  // namespace openclaw::access
