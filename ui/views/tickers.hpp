#pragma once

#include <qcustomplot.h>

namespace syzygy {

/// What is taken off all numbers of an axis, so that its labels stay short: label = (value - offset) / 10^exponent.
/// Both stand in the title of the axis.
struct AxisScale {
    double offset = 0;
    int exponent = 0;
};

/// Powers of ten from ten million on and below a thousandth; an offset where the range is small beside its place.
AxisScale axis_scale(const QCPRange& range);

/// Decimal places that tell multiples of `step` apart.
int decimals_of(double step);

/// Ticks of a horizontal axis, its scale taken off: as many as have room. Whole numbers only with `whole`.
class ScaledTicker : public QCPAxisTicker {
public:
    explicit ScaledTicker(const QCPAxis* axis, bool whole = false) : axis_(axis), whole_(whole) {}
    void set_scale(const AxisScale& scale) { scale_ = scale; }

protected:
    double getTickStep(const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale&, QChar, int) override;
    QVector<double> createTickVector(double step, const QCPRange& range) override;

private:
    const QCPAxis* axis_;
    bool whole_;
    AxisScale scale_;
    double step_ = 1;
};

/// Ticks of a vertical axis; very large and small numbers get an exponent each.
class NumberTicker : public QCPAxisTicker {
public:
    explicit NumberTicker(const QCPAxis* axis) : axis_(axis) {}

protected:
    double getTickStep(const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale&, QChar, int) override;

private:
    const QCPAxis* axis_;
    double step_ = 1, largest_ = 1;
};

/// Ticks of a logarithmic axis: powers of ten, every so many where there is little room, also 2 and 5 where there is
/// much, and evenly spaced ones within less than half a decade.
class LogTicker : public QCPAxisTicker {
public:
    explicit LogTicker(const QCPAxis* axis) : axis_(axis) {}
    void generate(const QCPRange& range, const QLocale& locale, QChar format, int precision, QVector<double>& ticks,
                  QVector<double>* sub_ticks, QVector<QString>* labels) override;

private:
    const QCPAxis* axis_;
};

}  // namespace syzygy
