#pragma once

#include <QByteArray>
#include <QPaintDevice>
#include <QSize>
#include <QString>

#include <memory>

namespace syzygy {

class SvgEngine;

/// A paint device that writes SVG 1.1 with clipping, which Qt's own generator leaves out (a curve that is zoomed
/// into would run over its axes). Text stays text.
class SvgDevice : public QPaintDevice {
public:
    /// `dots_an_inch`: of the fonts that are given in points.
    SvgDevice(QSize size, int dots_an_inch, const QString& title);
    ~SvgDevice() override;

    QPaintEngine* paintEngine() const override;
    /// The file, once the painter has ended.
    QByteArray bytes() const;

protected:
    int metric(PaintDeviceMetric metric) const override;

private:
    QSize size_;
    int dots_an_inch_;
    QString title_;
    std::unique_ptr<SvgEngine> engine_;
};

}  // namespace syzygy
