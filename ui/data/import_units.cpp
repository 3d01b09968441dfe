#include "ui/data/import_units.hpp"

#include "physics/units/units.hpp"
#include "ui/data/import_dialog.hpp"

namespace syzygy {

QString units_words(const std::string& text)
{
    for (const auto& [label, preset] : unit_presets)
        if (UnitSystem::parse(preset).text() == text) return ImportDialog::tr(label);
    return QString::fromStdString(text);
}

}  // namespace syzygy
