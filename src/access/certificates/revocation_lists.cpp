#include "access/certificates/revocation_lists.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "access/certificates/x509.h"
#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr std::size_t lists_max = 64;          // in a file
constexpr std::size_t lists_to_come_max = 16;  // of an authority, that haven't begun
constexpr std::size_t number_digits_max = 40;  // 20 octets. Source: RFC 5280, section 5.2.3
constexpr std::size_t problems_max = 16;

std::string number_of(X509_CRL* list) {
    using Number =
        std::unique_ptr<ASN1_INTEGER, decltype([](ASN1_INTEGER* each) { ASN1_INTEGER_free(each); })>;
    const Number number(
        static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(list, NID_crl_number, nullptr, nullptr)));
    return x509::hex_of(number.get());
}

// Delta lists and those that cover a part only say so in a critical extension.
bool is_understood(X509_CRL* list) {
    return X509_CRL_get_ext_by_critical(list, 1, -1) < 0 &&
           X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) < 0 &&
           X509_CRL_get_ext_by_NID(list, NID_issuing_distribution_point, -1) < 0;
}

std::vector<std::string> serials_in(X509_CRL* list) {
    std::vector<std::string> serials;
    auto* entries = X509_CRL_get_REVOKED(list);
    for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i)
        serials.push_back(x509::hex_of(X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(entries, i))));
    std::ranges::sort(serials);
    return serials;
}

// The newest one of those that were in use by now.
const ListAge* newest_of(const SeenLists& seen, const std::string& issuer_key, TimePoint now) {
    const auto known = seen.find(issuer_key);
    if (known == seen.end()) return nullptr;
    const ListAge* newest = nullptr;
    for (const auto& age : known->second)
        if (age.begins <= now && (!newest || age.is_newer_than(*newest))) newest = &age;
    return newest;
}

std::string_view shown_number(const ListAge& age) {
    return age.number.empty() ? "none" : std::string_view(age.number);
}

}  // namespace

struct RevocationLists::Issuer {
    x509::Certificate certificate;
    std::string key;
};

bool RevocationList::names(std::string_view serial) const {
    return std::ranges::binary_search(serials, serial);
}

RevocationLists RevocationLists::read(std::span<const File> files, std::span<const std::string> authorities,
                                      const RevocationLists& before, const SeenLists& seen, TimePoint now) {
    RevocationLists lists;
    std::vector<Issuer> issuers;
    for (const auto& der : authorities)
        if (auto certificate = x509::from_der(der)) {
            auto key = x509::key_digest(certificate.get());
            if (const auto known = before.lists_.find(key); known != before.lists_.end())
                lists.lists_[key] = known->second;
            issuers.push_back({std::move(certificate), std::move(key)});
        }
    for (const auto& file : files) lists.take(file, issuers, seen, now);
    lists.tell_closed_doors(issuers, now);
    return lists;
}

void RevocationLists::tell_closed_doors(std::span<const Issuer> issuers, TimePoint now) {
    std::vector<std::string> told;
    for (const auto& issuer : issuers)
        if (const auto fault = fault_of(issuer.key, {}, now))
            told.push_back(fmt::format("{}: {}; nobody comes in by it",
                                       x509::shown_name(X509_get_subject_name(issuer.certificate.get())),
                                       text_of(*fault)));
    std::ranges::move(problems_, std::back_inserter(told));
    problems_ = std::move(told);
    if (problems_.size() <= problems_max) return;
    const auto more = problems_.size() - problems_max;
    problems_.resize(problems_max);
    problems_.push_back(fmt::format("gateway.tls.clientCrl: {} more like these", more));
}

void RevocationLists::take(const File& file, std::span<const Issuer> issuers, const SeenLists& seen,
                           TimePoint now) {
    const auto say = [&](std::string_view why) {
        problems_.push_back(fmt::format("{}: {}", file.place, why));
    };
    if (!file.problem.empty()) return say(file.problem);
    const auto found = x509::lists_in(file.text, lists_max + 1);
    if (found.empty()) return say("there is no revocation list in it (PEM, \"X509 CRL\")");
    if (found.size() > lists_max) return say(fmt::format("it holds more than {} lists", lists_max));
    for (const auto& list : found) {
        const auto* name = X509_CRL_get_issuer(list.get());
        const auto whose = x509::shown_name(name);
        const auto is_its_name = [&](const Issuer& issuer) {
            return X509_NAME_cmp(X509_get_subject_name(issuer.certificate.get()), name) == 0;
        };
        const auto has_signed = [&](const Issuer& issuer) {
            return is_its_name(issuer) &&
                   X509_CRL_verify(list.get(), X509_get0_pubkey(issuer.certificate.get())) == 1;
        };
        const auto issuer = std::ranges::find_if(issuers, has_signed);
        if (std::ranges::none_of(issuers, is_its_name))
            say(fmt::format("the list of {} counts for nothing: its authority isn't in gateway.tls.clientCa",
                            whose));
        else if (issuer == issuers.end())
            say(fmt::format("the list of {} is wrongly signed", whose));
        else if (!is_understood(list.get()))
            say(fmt::format("the list of {} is of a kind that isn't understood (a delta, or a part)", whose));
        else if (X509_CRL_get0_nextUpdate(list.get()) == nullptr)
            say(fmt::format("the list of {} doesn't say when it ends", whose));
        else if (number_of(list.get()).size() > number_digits_max)
            say(fmt::format("the list of {} has a number of more than 20 octets", whose));
        else
            add(issuer->key,
                {.age = {.number = number_of(list.get()),
                         .begins = x509::time_of(X509_CRL_get0_lastUpdate(list.get()))},
                 .ends = x509::time_of(X509_CRL_get0_nextUpdate(list.get())),
                 .serials = serials_in(list.get())},
                fmt::format("{}: the list of {}", file.place, whose), seen, now);
    }
    ERR_clear_error();
}

void RevocationLists::add(const std::string& issuer_key, RevocationList list, const std::string& whose,
                          const SeenLists& seen, TimePoint now) {
    auto& known = lists_[issuer_key];
    if (std::ranges::find(known, list) != known.end()) return;
    const auto refuse = [&](std::string_view newer_one, const ListAge& newer, std::string_view is_or_was) {
        problems_.push_back(fmt::format("{} is older than {} (number {}, {} {} in use)", whose, newer_one,
                                        shown_number(list.age), shown_number(newer), is_or_was));
    };
    if (!known.empty() && !list.age.is_newer_than(known.front().age))
        return refuse("the one in use", known.front().age, "is");
    if (const auto* newest = newest_of(seen, issuer_key, now); newest && newest->is_newer_than(list.age))
        return refuse("one that counted before", *newest, "was");
    known.insert(known.begin(), std::move(list));
    const auto counts = std::ranges::find_if(known, [&](const auto& each) { return each.age.begins <= now; });
    if (counts != known.end()) known.erase(std::next(counts), known.end());
    if (std::distance(known.begin(), counts) <= static_cast<std::ptrdiff_t>(lists_to_come_max)) return;
    known.erase(known.begin());
    problems_.push_back(fmt::format("{} comes after {} others that haven't begun", whose, lists_to_come_max));
}

SeenLists RevocationLists::seen() const {
    SeenLists seen;
    for (const auto& [key, lists] : lists_)
        for (const auto& list : lists) seen[key].push_back(list.age);
    return seen;
}

std::optional<CertificateFault> RevocationLists::fault_of(const std::string& issuer_key,
                                                          std::string_view serial, TimePoint now) const {
    const auto known = lists_.find(issuer_key);
    if (known == lists_.end() || known->second.empty()) return CertificateFault::list_missing;
    for (const auto& list : known->second) {
        if (list.age.begins > now) continue;
        if (list.names(serial)) return CertificateFault::revoked;
        return list.ends <= now ? std::optional(CertificateFault::list_ended) : std::nullopt;
    }
    return CertificateFault::list_of_the_future;
}

std::string RevocationLists::written() const {
    std::string text;
    for (const auto& [key, lists] : lists_)
        for (const auto& list : lists)
            text += fmt::format("{} {} {} {} {}\n", key, list.age.number, to_ms(list.age.begins),
                                to_ms(list.ends), joined(list.serials, ","));
    return text;
}

}  // namespace openclaw::access
