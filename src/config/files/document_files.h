#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/files/include.h"
#include "config/json5/editor.h"
#include "config/json5/json5.h"

namespace openclaw::config {

// The files of one config as texts, and which of them an edit belongs to.
class DocumentFiles {
public:
    // An absent root reads as an empty object.
    static Result<DocumentFiles> open(const Path& root, const ReadText& read);

    const json::object& value() const { return value_; }  // merged, as of the last edit
    // Changes the file in which the value stands, or into which it fits. Fails with `invalid_input`, naming
    // the files, when the value is put together from several.
    Result<void> edit(const Edit& edit);

    const std::map<Path, std::string>& changed() const { return changed_; }  // new texts
    const std::map<Path, std::string>& originals() const { return originals_; }
    bool root_exists() const { return root_exists_; }
    ReadText reader() const;  // the texts as they are now; the map must outlive it

private:
    DocumentFiles(Path root, const ReadText& read) : root_(std::move(root)), read_(read) {}
    Result<std::string> text_of(const Path& path) const;
    Result<void> reload();

    Path root_;
    ReadText read_;
    bool root_exists_ = true;
    json::object value_;
    std::map<Path, std::string> originals_, changed_;
};

// Where, among a config's files, the value at a path stands.
struct Layer {
    Path file;
    KeyPath path;  // inside that file
    const Json5Node* node = nullptr;
};

}  // namespace openclaw::config
