#include "access/certificates/chain.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "access/certificates/x509.h"
#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr std::size_t chain_max = 5;
constexpr int intermediates_max = 3;
constexpr int auth_level = 2;  // OpenSSL's: 112 bits, so RSA from 2,048 on and no SHA-1

CertificateFault fault_of_error(int error) {
    using enum CertificateFault;
    switch (error) {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_CERT_UNTRUSTED:
            return unknown_authority;
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
            return false_signature;
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return self_signed;
        case X509_V_ERR_INVALID_CA:
        case X509_V_ERR_INVALID_NON_CA:
        case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
            return signed_by_a_leaf;
        case X509_V_ERR_INVALID_PURPOSE:
            return not_for_clients;
        case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
            return unknown_extension;
        case X509_V_ERR_PERMITTED_VIOLATION:
        case X509_V_ERR_EXCLUDED_VIOLATION:
        case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
        case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
        case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
            return name_not_permitted;
        case X509_V_ERR_EE_KEY_TOO_SMALL:
        case X509_V_ERR_CA_KEY_TOO_SMALL:
        case X509_V_ERR_CA_MD_TOO_WEAK:
            return too_weak;
        default:
            return not_a_chain;
    }
}

bool is_strong(EVP_PKEY* key) {
    constexpr int rsa_bits_min = 2048, rsa_bits_max = 8192, curve_bits_min = 256;
    if (key == nullptr) return false;
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_RSA:
        case EVP_PKEY_RSA_PSS:
            return EVP_PKEY_get_bits(key) >= rsa_bits_min && EVP_PKEY_get_bits(key) <= rsa_bits_max;
        case EVP_PKEY_EC:
            return EVP_PKEY_get_bits(key) >= curve_bits_min;
        case EVP_PKEY_ED25519:
        case EVP_PKEY_ED448:
            return true;
        default:
            return false;
    }
}

// What OpenSSL lets pass and we don't, or says less clearly.
std::optional<CertificateFault> fault_of_form(X509* own) {
    using enum CertificateFault;
    const auto flags = X509_get_extension_flags(own);
    if ((flags & EXFLAG_INVALID) != 0) return unreadable;
    if ((flags & EXFLAG_CA) != 0) return authority_itself;
    if ((flags & EXFLAG_XKUSAGE) == 0 || (X509_get_extended_key_usage(own) & XKU_SSL_CLIENT) == 0)
        return not_for_clients;
    if ((flags & EXFLAG_KUSAGE) != 0 && (X509_get_key_usage(own) & KU_DIGITAL_SIGNATURE) == 0)
        return key_not_for_signing;
    if (!is_strong(X509_get0_pubkey(own))) return too_weak;
    return std::nullopt;
}

std::optional<CertificateFault> fault_of_name(const X509_NAME* name) {
    if (X509_NAME_entry_count(name) == 0) return CertificateFault::without_name;
    const int first = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (first >= 0 && X509_NAME_get_index_by_NID(name, NID_commonName, first) >= 0)
        return CertificateFault::several_names;
    return std::nullopt;
}

x509::Store store_of(std::span<const std::string> ders) {
    x509::Store store(X509_STORE_new());
    for (const auto& der : ders)
        if (const auto certificate = x509::from_der(der)) X509_STORE_add_cert(store.get(), certificate.get());
    return store;
}

// Certificates that a client sent along, lent to OpenSSL.
class Lent {
public:
    explicit Lent(std::span<const x509::Certificate> certificates) : stack_(sk_X509_new_null()) {
        for (const auto& each : certificates) sk_X509_push(stack_, each.get());
    }
    ~Lent() { sk_X509_free(stack_); }
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    STACK_OF(X509) * get() const { return stack_; }

private:
    STACK_OF(X509) * stack_;
};

// A way from the client's own certificate to an anchor.
struct Way {
    int error = X509_V_OK;
    std::vector<ExaminedChain::Link> links = {};
    TimePoint begins = {}, ends = {};
};

Way way_in(X509_STORE_CTX* context) {
    Way way{.begins = TimePoint::min(), .ends = TimePoint::max()};
    const auto* found = X509_STORE_CTX_get0_chain(context);
    for (int i = 0; i < sk_X509_num(found); ++i) {
        X509* each = sk_X509_value(found, i);
        way.begins = std::max(way.begins, x509::time_of(X509_get0_notBefore(each)));
        way.ends = std::min(way.ends, x509::time_of(X509_get0_notAfter(each)));
        if (i + 1 < sk_X509_num(found))
            way.links.push_back(
                {x509::hex_of(X509_get0_serialNumber(each)), x509::key_digest(sk_X509_value(found, i + 1))});
    }
    return way;
}

// Dates are looked at when it is decided: they change with time, the rest doesn't.
Way verify(X509_STORE* store, X509* own, STACK_OF(X509) * others) {
    const x509::StoreContext context(X509_STORE_CTX_new());
    if (!context || X509_STORE_CTX_init(context.get(), store, own, others) != 1)
        return {.error = X509_V_ERR_OUT_OF_MEM};
    auto* rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_CLIENT);
    X509_VERIFY_PARAM_set_auth_level(rules, auth_level);
    X509_VERIFY_PARAM_set_depth(rules, intermediates_max);
    if (X509_verify_cert(context.get()) != 1)
        return {.error = std::max(X509_STORE_CTX_get_error(context.get()), 1)};
    return way_in(context.get());
}

// A shown chain, read; empty when a part of it can't be.
std::vector<x509::Certificate> parsed(std::span<const std::string> ders) {
    std::vector<x509::Certificate> chain;
    if (ders.size() > chain_max) return chain;
    for (const auto& der : ders) {
        chain.push_back(x509::from_der(der));
        if (!chain.back()) return {};
    }
    return chain;
}

// What our own authority has against one that it has signed says more than that others don't know it.
int telling_error(int own, int other) {
    const auto fault = fault_of_error(own);
    const bool unknown =
        fault == CertificateFault::unknown_authority || fault == CertificateFault::self_signed;
    return unknown ? other : own;
}

void refuse(ExaminedChain& result, X509* own, int error) {
    result.fault = fault_of_error(error);
    if (error == X509_V_ERR_INVALID_PURPOSE) result.fault = fault_of_form(own).value_or(*result.fault);
    result.detail = fmt::format("{}; {}", result.subject_shown, X509_verify_cert_error_string(error));
}

void accept(ExaminedChain& result, X509* own, ExaminedChain::Kind kind, Way way) {
    result.kind = kind;
    result.links = std::move(way.links);
    result.begins = way.begins;
    result.ends = way.ends;
    result.fault = fault_of_form(own);
    if (!result.fault && kind == ExaminedChain::Kind::foreign)
        result.fault = fault_of_name(X509_get_subject_name(own));
}

}  // namespace

struct Anchors::Stores {
    x509::Store own, foreign;
};

Anchors::Anchors(std::span<const std::string> own, std::span<const std::string> foreign,
                 std::vector<std::string> pins)
    : stores_(std::make_unique<const Stores>(store_of(own), store_of(foreign))),
      pins_(std::move(pins)),
      foreign_(!foreign.empty()) {
    for (const auto& ders : {own, foreign})
        for (const auto& der : ders)
            if (const auto root = x509::from_der(der))
                names_.push_back(x509::name_der(X509_get_subject_name(root.get())));
}

Anchors::~Anchors() = default;

ExaminedChain Anchors::examine(std::span<const std::string> ders) const {
    ExaminedChain result{.fault = CertificateFault::unreadable};
    const auto chain = parsed(ders);
    if (chain.empty()) return result;
    X509* own = chain.front().get();
    result.public_key = x509::key_digest(own);
    result.subject = x509::name_der(X509_get_subject_name(own));
    result.subject_shown = result.detail = x509::shown_name(X509_get_subject_name(own));

    using Kind = ExaminedChain::Kind;
    Kind kind = Kind::own;
    // Our authority signs its clients itself: what one sends beside its own counts for nothing.
    auto way = verify(stores_->own.get(), own, nullptr);
    if (const int first = way.error; first != X509_V_OK) {
        if (std::ranges::find(pins_, result.public_key) != pins_.end()) {
            kind = Kind::pinned;
            way = verify(store_of(ders.first(1)).get(), own, nullptr);
        } else if (foreign_) {
            kind = Kind::foreign;
            way = verify(stores_->foreign.get(), own, Lent(std::span(chain).subspan(1)).get());
        }
        if (way.error != X509_V_OK) way.error = telling_error(first, way.error);
    }
    if (way.error == X509_V_OK)
        accept(result, own, kind, std::move(way));
    else
        refuse(result, own, way.error);
    ERR_clear_error();
    return result;
}

}  // namespace openclaw::access
