#pragma once

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace openclaw::test {

// What a certificate says of itself, in OpenSSL's words; as a client's certificate should be, unless changed.
struct Form {
    std::vector<std::string> names = {"client"};  // CN
    std::string basic = "critical,CA:FALSE";      // empty: without
    std::string usage = "critical,digitalSignature";
    std::string purpose = "clientAuth";
    std::string key = "P-256";  // or "rsa:2048", "ed25519"
    const EVP_MD* digest = EVP_sha256();
    std::chrono::sys_seconds begins = {}, ends = {};  // zero: a year before and after 2026-01-30
    bool strange = false;                             // a critical extension that nobody knows
};

// A certificate with its key, and what it can sign.
class Signer {
public:
    static Form root_form(std::string name) {
        return {.names = {std::move(name)},
                .basic = "critical,CA:TRUE",
                .usage = "critical,keyCertSign,cRLSign",
                .purpose = ""};
    }
    static Signer root(std::string name) { return Signer(root_form(std::move(name)), nullptr); }
    Signer issue(const Form& form = {}) const { return Signer(form, this); }

    std::string der() const {
        unsigned char* bytes = nullptr;
        const int size = i2d_X509(certificate_.get(), &bytes);
        return taken(bytes, size);
    }
    std::string pem() const {
        const Bio bio(BIO_new(BIO_s_mem()));
        PEM_write_bio_X509(bio.get(), certificate_.get());
        return text_of(bio);
    }
    // SHA-256 of the SubjectPublicKeyInfo, hex.
    std::string key_digest() const {
        unsigned char* bytes = nullptr;
        const int size = i2d_PUBKEY(key_.get(), &bytes);
        const auto der = taken(bytes, size);
        unsigned char digest[32];
        EVP_Digest(der.data(), der.size(), digest, nullptr, EVP_sha256(), nullptr);
        std::string text;
        for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
        return text;
    }
    long serial() const { return serial_; }
    X509* certificate() const { return certificate_.get(); }
    EVP_PKEY* key() const { return key_.get(); }
    std::string subject_der() const {
        unsigned char* bytes = nullptr;
        const int size = i2d_X509_NAME(X509_get_subject_name(certificate_.get()), &bytes);
        return taken(bytes, size);
    }

    // PEM of a revocation list of this authority. A number below zero: none.
    std::string revocation_list(const std::vector<long>& serials, long number,
                                std::chrono::sys_seconds begins, std::chrono::sys_seconds ends) const {
        const std::unique_ptr<X509_CRL, decltype([](X509_CRL* list) { X509_CRL_free(list); })> list(
            X509_CRL_new());
        X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
        X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_.get()));
        const Time first(time_of(begins)), last(time_of(ends));
        X509_CRL_set1_lastUpdate(list.get(), first.get());
        X509_CRL_set1_nextUpdate(list.get(), last.get());
        for (const long serial : serials) {
            X509_REVOKED* entry = X509_REVOKED_new();
            const Number value(ASN1_INTEGER_new());
            ASN1_INTEGER_set(value.get(), serial);
            X509_REVOKED_set_serialNumber(entry, value.get());
            X509_REVOKED_set_revocationDate(entry, first.get());
            X509_CRL_add0_revoked(list.get(), entry);
        }
        if (number >= 0) {
            const Number value(ASN1_INTEGER_new());
            ASN1_INTEGER_set(value.get(), number);
            X509_CRL_add1_ext_i2d(list.get(), NID_crl_number, value.get(), 0, X509V3_ADD_DEFAULT);
        }
        X509_CRL_sign(list.get(), key_.get(), EVP_sha256());
        const Bio bio(BIO_new(BIO_s_mem()));
        PEM_write_bio_X509_CRL(bio.get(), list.get());
        return text_of(bio);
    }

    // The same key in another certificate.
    Signer with_key_of(const Signer& other, const Form& form) const { return Signer(form, this, &other); }

private:
    struct Free {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
        void operator()(X509* certificate) const { X509_free(certificate); }
        void operator()(BIO* bio) const { BIO_free(bio); }
        void operator()(ASN1_STRING* value) const { ASN1_STRING_free(value); }  // a time or a number
    };
    using Bio = std::unique_ptr<BIO, Free>;
    using Time = std::unique_ptr<ASN1_TIME, Free>;
    using Number = std::unique_ptr<ASN1_INTEGER, Free>;

    Signer(const Form& form, const Signer* issuer, const Signer* key_of = nullptr) : serial_(next_serial()) {
        key_ = key_of ? key_of->key_ : std::shared_ptr<EVP_PKEY>(new_key(form.key), EVP_PKEY_free);
        certificate_ = std::shared_ptr<X509>(X509_new(), X509_free);
        X509* made = certificate_.get();
        X509_set_version(made, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made), serial_);
        const std::chrono::sys_seconds around = std::chrono::sys_days{std::chrono::January / 30 / 2026};
        const auto begins =
            form.begins == std::chrono::sys_seconds{} ? around - std::chrono::hours(24 * 365) : form.begins;
        const auto ends =
            form.ends == std::chrono::sys_seconds{} ? around + std::chrono::hours(24 * 365) : form.ends;
        ASN1_TIME_set(X509_getm_notBefore(made), begins.time_since_epoch().count());
        ASN1_TIME_set(X509_getm_notAfter(made), ends.time_since_epoch().count());
        X509_set_pubkey(made, key_.get());
        for (const auto& name : form.names)
            X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        X509* signer = issuer ? issuer->certificate_.get() : made;
        X509_set_issuer_name(made, X509_get_subject_name(signer));
        extend(signer, NID_basic_constraints, form.basic);
        extend(signer, NID_key_usage, form.usage);
        extend(signer, NID_ext_key_usage, form.purpose);
        if (form.strange) add_strange();
        EVP_PKEY* by = issuer ? issuer->key_.get() : key_.get();
        X509_sign(made, by, EVP_PKEY_get_base_id(by) == EVP_PKEY_ED25519 ? nullptr : form.digest);
    }

    static long next_serial() {
        static long last = 4096;
        return ++last;
    }
    static EVP_PKEY* new_key(const std::string& kind) {
        if (kind.starts_with("rsa:")) return EVP_RSA_gen(static_cast<unsigned>(std::stoul(kind.substr(4))));
        if (kind == "ed25519") return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
        return EVP_EC_gen(kind.c_str());
    }
    static ASN1_TIME* time_of(std::chrono::sys_seconds time) {
        return ASN1_TIME_set(nullptr, time.time_since_epoch().count());
    }
    static std::string taken(unsigned char* bytes, int size) {
        std::string text(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
        OPENSSL_free(bytes);
        return text;
    }
    static std::string text_of(const Bio& bio) {
        char* text = nullptr;
        const long size = BIO_get_mem_data(bio.get(), &text);
        return std::string(text, static_cast<std::size_t>(size));
    }
    void extend(X509* signer, int id, const std::string& value) {
        if (value.empty()) return;
        X509V3_CTX context;
        X509V3_set_ctx(&context, signer, certificate_.get(), nullptr, nullptr, 0);
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
        X509_add_ext(certificate_.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }
    void add_strange() {
        ASN1_OCTET_STRING* value = ASN1_OCTET_STRING_new();
        ASN1_OCTET_STRING_set(value, reinterpret_cast<const unsigned char*>("\x05\x00"), 2);
        ASN1_OBJECT* kind = OBJ_txt2obj("1.3.6.1.4.1.55555.1", 1);
        X509_EXTENSION* extension = X509_EXTENSION_create_by_OBJ(nullptr, kind, 1, value);
        X509_add_ext(certificate_.get(), extension, -1);
        X509_EXTENSION_free(extension);
        ASN1_OBJECT_free(kind);
        ASN1_OCTET_STRING_free(value);
    }

    long serial_;
    std::shared_ptr<EVP_PKEY> key_;
    std::shared_ptr<X509> certificate_;
};

}  // namespace openclaw::test
