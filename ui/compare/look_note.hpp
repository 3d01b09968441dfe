#pragma once

#include "ui/forms/note.hpp"

#include <string>

namespace syzygy {

class CompareSession;

/// What to look at in a view of the selected run: two sentences below the view, from the one table of them
/// (physics/compare/look.hpp). Hidden where nothing is shown, and where a person does not want them.
class LookNote : public Note {
    Q_OBJECT
public:
    LookNote(CompareSession& compare, std::string_view view, QWidget* parent);

    /// All of them; remembered.
    static void set_wanted(bool wanted);
    static bool wanted();

private:
    void show_text();

    CompareSession& compare_;
    std::string view_;
};

}  // namespace syzygy
