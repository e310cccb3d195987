#pragma once

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace openclaw::test {

// A folder of its own with a fresh authority and certificates that it signs, removed at the end.
class Certificates {
public:
    Certificates() {
        std::string pattern = std::filesystem::temp_directory_path() / "certificates-XXXXXX";
        folder_ = mkdtemp(pattern.data());
        authority_key_ = new_key();
        authority_ = certificate("test authority", authority_key_.get(), nullptr, "", true);
        write_certificate("authority", authority_.get());
    }
    ~Certificates() { std::filesystem::remove_all(folder_); }
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    std::string path(const std::string& name) const { return (folder_ / name).string(); }
    std::string authority_file() const { return path("authority.pem"); }

    // Writes NAME.pem and NAME.key; `names` as OpenSSL has them: "DNS:localhost,IP:127.0.0.1".
    void issue(const std::string& name, const std::string& names) {
        auto key = new_key();
        auto made = certificate(name, key.get(), authority_.get(), names, false);
        write_certificate(name, made.get());
        File file(path(name + ".key"));
        PEM_write_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    }

private:
    struct Free {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
        void operator()(X509* certificate) const { X509_free(certificate); }
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    using Key = std::unique_ptr<EVP_PKEY, Free>;
    using Certificate = std::unique_ptr<X509, Free>;
    struct File : std::unique_ptr<std::FILE, Free> {
        explicit File(const std::string& path) : unique_ptr(std::fopen(path.c_str(), "w")) {}
    };

    static Key new_key() { return Key(EVP_EC_gen("P-256")); }

    static void extend(X509* subject, X509* issuer, int id, const std::string& value) {
        X509V3_CTX context;
        X509V3_set_ctx(&context, issuer, subject, nullptr, nullptr, 0);
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
        X509_add_ext(subject, extension, -1);
        X509_EXTENSION_free(extension);
    }

    // `issuer` null: signed by its own key.
    Certificate certificate(const std::string& name, EVP_PKEY* key, X509* issuer, const std::string& names,
                            bool authority) {
        Certificate made(X509_new());
        X509_set_version(made.get(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial_);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 86400);
        X509_set_pubkey(made.get(), key);
        X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        X509* signer = issuer != nullptr ? issuer : made.get();
        X509_set_issuer_name(made.get(), X509_get_subject_name(signer));
        extend(made.get(), signer, NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
        if (!names.empty()) extend(made.get(), signer, NID_subject_alt_name, names);
        X509_sign(made.get(), issuer != nullptr ? authority_key_.get() : key, EVP_sha256());
        return made;
    }

    void write_certificate(const std::string& name, X509* certificate) const {
        File file(path(name + ".pem"));
        PEM_write_X509(file.get(), certificate);
    }

    std::filesystem::path folder_;
    Key authority_key_;
    Certificate authority_;
    long serial_ = 0;
};

}  // namespace openclaw::test
