#include "access/certificates/revocation_lists.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "access/certificates/x509.h"
#include "base/text.h"

namespace openclaw::access {

namespace {

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

bool is_lower(const std::string& left, const std::string& right) {
    return left.size() != right.size() ? left.size() < right.size() : left < right;
}

}  // namespace

struct RevocationLists::Issuer {
    x509::Certificate certificate;
    std::string key;
};

bool RevocationList::is_newer_than(const RevocationList& other) const {
    if (number.empty() != other.number.empty()) return other.number.empty();
    if (number != other.number) return is_lower(other.number, number);
    return begins > other.begins;
}

bool RevocationList::names(std::string_view serial) const {
    return std::ranges::binary_search(serials, serial);
}

RevocationLists RevocationLists::read(std::span<const File> files, std::span<const std::string> authorities,
                                      const RevocationLists& before, TimePoint now) {
    RevocationLists lists;
    std::vector<Issuer> issuers;
    for (const auto& der : authorities)
        if (auto certificate = x509::from_der(der)) {
            auto key = x509::key_digest(certificate.get());
            if (const auto known = before.lists_.find(key); known != before.lists_.end())
                lists.lists_[key] = known->second;
            issuers.push_back({std::move(certificate), std::move(key)});
        }
    for (const auto& file : files) lists.take(file, issuers, now);
    for (const auto& issuer : issuers) {
        const auto whose = x509::shown_name(X509_get_subject_name(issuer.certificate.get()));
        if (const auto fault = lists.fault_of(issuer.key, {}, now))
            lists.problems_.push_back(fmt::format("{}: {}; nobody comes in by it", whose, text_of(*fault)));
    }
    return lists;
}

void RevocationLists::take(const File& file, std::span<const Issuer> issuers, TimePoint now) {
    const auto say = [&](std::string_view why) {
        problems_.push_back(fmt::format("{}: {}", file.place, why));
    };
    if (!file.problem.empty()) return say(file.problem);
    const auto found = x509::lists_in(file.text);
    if (found.empty()) return say("there is no revocation list in it (PEM, \"X509 CRL\")");
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
        else
            add(issuer->key,
                {.number = number_of(list.get()),
                 .begins = x509::time_of(X509_CRL_get0_lastUpdate(list.get())),
                 .ends = x509::time_of(X509_CRL_get0_nextUpdate(list.get())),
                 .serials = serials_in(list.get())},
                fmt::format("{}: the list of {}", file.place, whose), now);
    }
    ERR_clear_error();
}

void RevocationLists::add(const std::string& issuer_key, RevocationList list, const std::string& whose,
                          TimePoint now) {
    auto& known = lists_[issuer_key];
    if (std::ranges::find(known, list) != known.end()) return;
    if (!known.empty() && !list.is_newer_than(known.front())) {
        const auto& newer = known.front();
        problems_.push_back(fmt::format("{} is older than the one in use (number {}, {} is in use)", whose,
                                        list.number.empty() ? "none" : list.number,
                                        newer.number.empty() ? "none" : newer.number));
        return;
    }
    known.insert(known.begin(), std::move(list));
    const auto counts = std::ranges::find_if(known, [&](const auto& each) { return each.begins <= now; });
    if (counts != known.end()) known.erase(std::next(counts), known.end());
}

std::optional<CertificateFault> RevocationLists::fault_of(const std::string& issuer_key,
                                                          std::string_view serial, TimePoint now) const {
    const auto known = lists_.find(issuer_key);
    if (known == lists_.end() || known->second.empty()) return CertificateFault::list_missing;
    for (const auto& list : known->second) {
        if (list.begins > now) continue;
        if (list.names(serial)) return CertificateFault::revoked;
        return list.ends <= now ? std::optional(CertificateFault::list_ended) : std::nullopt;
    }
    return CertificateFault::list_of_the_future;
}

std::string RevocationLists::written() const {
    std::string text;
    for (const auto& [key, lists] : lists_)
        for (const auto& list : lists)
            text += fmt::format("{} {} {} {} {}\n", key, list.number, to_ms(list.begins), to_ms(list.ends),
                                joined(list.serials, ","));
    return text;
}

}  // namespace openclaw::access
