#include "auth/profiles/secret_ref.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace openclaw::auth {
namespace {

constexpr std::array<std::string_view, 4> source_names = {"env", "file", "exec", "sealed"};
constexpr std::size_t id_max = 64u << 10;  // an OAuth token of any provider, sealed, is far below

constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";

bool is_in(char c, std::initializer_list<std::string_view> sets) {
    return std::ranges::any_of(sets, [&](std::string_view set) { return set.contains(c); });
}

bool is_provider_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && is_in(name.front(), {lower}) &&
           std::ranges::all_of(name, [](char c) { return is_in(c, {lower, digits, "_-"}); });
}

bool is_variable(std::string_view id) {
    return !id.empty() && id.size() <= 128 && is_in(id.front(), {upper}) &&
           std::ranges::all_of(id, [](char c) { return is_in(c, {upper, digits, "_"}); });
}

bool is_file_id(std::string_view id) {
    return id == "value" || (id.starts_with('/') && id.size() <= 1024);
}

bool is_exec_id(std::string_view id) {
    if (id.empty() || id.size() > 256 || !is_in(id.front(), {lower, upper, digits})) return false;
    if (!std::ranges::all_of(id, [](char c) { return is_in(c, {lower, upper, digits, "._:/#-"}); }))
        return false;
    return std::ranges::none_of(split(id, '/'), [](const auto& part) { return part == "." || part == ".."; });
}

bool fits(const SecretRef& reference) {
    switch (reference.source) {
        case SecretRef::Source::env:
            return is_variable(reference.id);
        case SecretRef::Source::file:
            return is_file_id(reference.id);
        case SecretRef::Source::exec:
            return is_exec_id(reference.id);
        case SecretRef::Source::sealed:
            return !reference.id.empty() && reference.id.size() <= id_max;
    }
    return false;
}

}  // namespace

std::string_view name_of(SecretRef::Source source) {
    return source_names[static_cast<std::size_t>(source)];
}

Result<SecretRef> parse_secret_ref(const json::object& object) {
    const auto source = string_at(object, "source");
    const auto found = std::ranges::find(source_names, source.value_or(""));
    if (found == source_names.end())
        return fail(Code::invalid_input, "source is not one of env, file, exec, sealed");
    SecretRef reference;
    reference.source = static_cast<SecretRef::Source>(found - source_names.begin());
    reference.provider = string_at(object, "provider").value_or("default");
    reference.id = string_at(object, "id").value_or("");
    if (!is_provider_name(reference.provider))
        return fail(Code::invalid_input, "provider is not a name of small letters, digits, - and _");
    if (!fits(reference))
        return fail(Code::invalid_input, "id is not one that a source of kind {} can have",
                    name_of(reference.source));
    return reference;
}

json::object secret_ref_json(const SecretRef& reference) {
    return {{"source", name_of(reference.source)}, {"provider", reference.provider}, {"id", reference.id}};
}

std::string describe(const SecretRef& reference) {
    switch (reference.source) {
        case SecretRef::Source::env:
            return "env " + reference.id;
        case SecretRef::Source::file:
        case SecretRef::Source::exec:
            return fmt::format("{} {} {}", name_of(reference.source), reference.provider, reference.id);
        case SecretRef::Source::sealed:
            return "sealed";
    }
    return {};
}

const SourceValue* SourceValues::find(const SecretRef& reference, const RefHolder& holder) const {
    const bool bound = reference.source == SecretRef::Source::sealed;
    const auto found = values_.find({reference, bound ? holder : RefHolder{}});
    return found == values_.end() ? nullptr : &found->second;
}

void SourceValues::set(const SecretRef& reference, const RefHolder& holder, SourceValue value) {
    const bool bound = reference.source == SecretRef::Source::sealed;
    values_.insert_or_assign({reference, bound ? holder : RefHolder{}}, std::move(value));
}

void SourceValues::add(const SourceValues& others) {
    values_.insert(others.values_.begin(), others.values_.end());
}

std::shared_ptr<const SourceValues> united(const std::shared_ptr<const SourceValues>& values,
                                           const std::shared_ptr<const SourceValues>& others) {
    if (!values || !others) return values ? values : others;
    auto both = std::make_shared<SourceValues>(*values);
    both->add(*others);
    return both;
}

}  // namespace openclaw::auth
