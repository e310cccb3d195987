#include <dlfcn.h>

#include <cstdint>

#include "base/text.h"
#include "platform/keyring.h"

namespace openclaw::platform {
namespace {

// As libsecret-1 and GLib lay them out; their headers are not needed to build. Source: the reference manual
// of libsecret 0.21, SecretSchema, and of GLib 2, GError and GList.
struct Schema {
    const char* name;
    int flags;
    struct {
        const char* name;
        int type;
    } attributes[32];
    int reserved;
    void* reserved_pointers[7];
};
struct GError {
    std::uint32_t domain;
    int code;
    char* message;
};
struct GList {
    void* data;
    GList* next;
    GList* previous;
};
constexpr int search_load_secrets = 1 << 3;  // without the flag that unlocks: nobody is asked

// Entries are found by their random name alone: a locked GNOME Keyring knows no schema of its items, and "it
// is locked" must not look like "it is not there".
constexpr int dont_match_schema_name = 1 << 1;

const Schema schema{.name = "ai.openclaw.SealingKey",
                    .flags = dont_match_schema_name,
                    .attributes = {{"entry", 0}},
                    .reserved = 0,
                    .reserved_pointers = {}};

// Functions of the library by name; null where it isn't there.
class Library {
public:
    Library() : handle_(::dlopen("libsecret-1.so.0", RTLD_NOW | RTLD_NODELETE)) {}

    template <class Function>
    Function* find(const char* name) const {
        return handle_ ? reinterpret_cast<Function*>(::dlsym(handle_, name)) : nullptr;
    }
    bool loaded() const { return handle_ != nullptr; }

private:
    void* handle_;
};

// The attributes that name an entry; the strings stay the caller's.
class Attributes {
public:
    Attributes(const Library& library, const std::string& entry) : library_(library) {
        using Hash = unsigned(const void*);
        using Equal = int(const void*, const void*);
        table_ = library.find<void*(Hash*, Equal*)>("g_hash_table_new")(library.find<Hash>("g_str_hash"),
                                                                        library.find<Equal>("g_str_equal"));
        library.find<int(void*, const void*, const void*)>("g_hash_table_insert")(table_, "entry",
                                                                                  entry.c_str());
    }
    ~Attributes() { library_.find<void(void*)>("g_hash_table_unref")(table_); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    void* get() const { return table_; }

private:
    const Library& library_;
    void* table_;
};

class SecretService final : public Keyring {
public:
    Result<Secret> find(const std::string& entry) override {
        if (!library_.loaded()) return missing_library();
        const Attributes attributes(library_, entry);
        GError* error = nullptr;
        auto* search = library_.find<GList*(void*, const Schema*, void*, int, void*, GError**)>(
            "secret_service_search_sync");
        auto* found = search(nullptr, &schema, attributes.get(), search_load_secrets, nullptr, &error);
        if (error) return failure(error);
        if (!found)
            return fail(Code::not_found, "the desktop keyring holds no sealing key for this state directory");
        auto value = value_of(found->data);
        library_.find<void(GList*, void (*)(void*))>("g_list_free_full")(
            found, library_.find<void(void*)>("g_object_unref"));
        return value;
    }

    Result<void> put(const std::string& entry, const std::string& label, const Secret& value) override {
        if (!library_.loaded()) return missing_library();
        const Attributes attributes(library_, entry);
        GError* error = nullptr;
        std::string text(value.reveal());  // the library wants a terminator
        library_.find<int(const Schema*, void*, const char*, const char*, const char*, void*, GError**)>(
            "secret_password_storev_sync")(&schema, attributes.get(), nullptr, label.c_str(), text.c_str(),
                                           nullptr, &error);
        wipe(text);
        if (error) return failure(error);
        return {};
    }

    Result<void> remove(const std::string& entry) override {
        if (!library_.loaded()) return missing_library();
        const Attributes attributes(library_, entry);
        GError* error = nullptr;
        library_.find<int(const Schema*, void*, void*, GError**)>("secret_password_clearv_sync")(
            &schema, attributes.get(), nullptr, &error);
        if (error) return failure(error);
        return {};
    }

private:
    static std::unexpected<Error> missing_library() {
        return hinted(fail(Code::unavailable, "there is no desktop keyring here: libsecret is not installed"),
                      "install libsecret-1-0, or keep the key elsewhere: file, systemd or passphrase");
    }

    std::unexpected<Error> failure(GError* error) const {
        auto text = printable(error->message ? error->message : "unknown error");
        library_.find<void(GError*)>("g_error_free")(error);
        return hinted(
            fail(Code::unavailable, "the desktop keyring can't be reached: {}", shortened(text, 200)),
            "a server has no keyring: keep the key in a file, a systemd credential or a passphrase");
    }

    Result<Secret> value_of(void* item) const {
        if (library_.find<int(void*)>("secret_item_get_locked")(item))
            return hinted(fail(Code::denied, "the desktop keyring is locked"),
                          "unlock it: log in to the desktop");
        auto* value = library_.find<void*(void*)>("secret_item_get_secret")(item);
        if (!value) return fail(Code::unavailable, "the desktop keyring gave no secret");
        std::size_t size = 0;
        const char* bytes = library_.find<const char*(void*, std::size_t*)>("secret_value_get")(value, &size);
        Secret secret(std::string_view(bytes, size));
        library_.find<void(void*)>("secret_value_unref")(value);
        return secret;
    }

    Library library_;
};

// Loads the library when it is first asked, not when it is made.
class LazyKeyring final : public Keyring {
public:
    Result<Secret> find(const std::string& entry) override { return service().find(entry); }
    Result<void> put(const std::string& entry, const std::string& label, const Secret& value) override {
        return service().put(entry, label, value);
    }
    Result<void> remove(const std::string& entry) override { return service().remove(entry); }

private:
    Keyring& service() {
        if (!service_) service_ = std::make_unique<SecretService>();
        return *service_;
    }
    std::unique_ptr<SecretService> service_;
};

}  // namespace

std::unique_ptr<Keyring> system_keyring() {
    return std::make_unique<LazyKeyring>();
}

}  // namespace openclaw::platform
