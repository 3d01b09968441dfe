#pragma once

#include <QString>

#include <cstddef>
#include <string_view>

namespace syzygy {

/// "10⁸": a power of ten as a person writes it.
QString power_of_ten(int exponent);

/// A number with that many digits and a written exponent: "0.0123", "1.23 × 10⁻⁸", "–" for nan.
QString number_text(double value, int digits = 4);

/// A number with its unit: "5.2 au"; the number alone where the unit is blank or itself a number of something: the
/// title of the axis says that.
QString number_text(double value, std::string_view unit, int digits = 4);

/// A title of an axis: "t [d]", "t [10⁸ s]", "t" where dimensionless.
QString axis_title(const QString& quantity, std::string_view unit, int exponent = 0);

/// "512 B", "68 kB", "1.2 MB".
QString bytes_text(double bytes);

}  // namespace syzygy
