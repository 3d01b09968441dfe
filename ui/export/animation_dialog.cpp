#include "ui/export/animation_dialog.hpp"

#include "ui/base/text.hpp"
#include "ui/export/output_file.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

namespace syzygy {

AnimationDialog::AnimationDialog(View& view, QWidget& window, Session& session, Timeline& timeline,
                                 Background& background, Say say, QWidget* parent)
    : QDialog(parent),
      view_(view),
      window_(window),
      session_(session),
      timeline_(timeline),
      background_(background),
      say_(std::move(say))
{
    setObjectName("animation-dialog");
    setWindowTitle(tr("Export animation"));
    QSettings settings;
    const auto value = [&settings](const char* key, const QVariant& usual) {
        return settings.value(QString("animation/") + key, usual);
    };
    what_ = new QComboBox;
    what_->addItems({tr("Orbit view"), tr("Whole window")});
    what_->setCurrentIndex(value("window", false).toBool() ? 1 : 0);
    form_ = new QComboBox;
    form_->addItems({tr("One animated PNG"), tr("Numbered PNG files")});
    form_->setCurrentIndex(value("sequence", false).toBool() ? 1 : 0);
    frames_ = new QSpinBox;
    frames_->setRange(2, 10000);
    frames_->setValue(value("frames", 60).toInt());
    rate_ = new QDoubleSpinBox;
    rate_->setRange(0.1, 100);
    rate_->setDecimals(1);
    rate_->setValue(value("rate", 20).toDouble());
    const auto pixels = [&](const char* key, int usual) {
        auto* box = new QSpinBox;
        box->setRange(50, 4000);
        box->setSuffix(tr(" px"));
        box->setValue(value(key, usual).toInt());
        return box;
    };
    width_ = pixels("width", 720);
    height_ = pixels("height", 450);
    auto* size = new QHBoxLayout;
    size->addWidget(width_);
    size->addWidget(new QLabel(QString(QChar(0x00d7))));
    size->addWidget(height_);
    size->addStretch();
    palette_ = new QCheckBox(tr("256 colours: a much smaller file"));
    palette_->setChecked(value("palette", true).toBool());
    length_ = new QLabel;

    auto* form = new QFormLayout;
    form->addRow(tr("What"), what_);
    form->addRow(tr("As"), form_);
    form->addRow(tr("Frames"), frames_);
    form->addRow(tr("Frames a second"), rate_);
    form->addRow(tr("Size"), size);
    form->addRow(QString(), palette_);
    form->addRow(QString(), length_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    buttons->addButton(tr("Export..."), QDialogButtonBox::AcceptRole);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, &AnimationDialog::write);
    connect(frames_, &QSpinBox::valueChanged, this, &AnimationDialog::refresh);
    connect(rate_, &QDoubleSpinBox::valueChanged, this, &AnimationDialog::refresh);
    connect(form_, &QComboBox::currentIndexChanged, this, &AnimationDialog::refresh);
    refresh();
}

void AnimationDialog::refresh()
{
    const bool sequence = form_->currentIndex() == 1;
    palette_->setEnabled(!sequence);
    rate_->setEnabled(!sequence);
    length_->setText(sequence ? tr("The range of the time bar, in %1 files").arg(frames_->value())
                              : tr("The range of the time bar, in %1 s").arg(frames_->value() / rate_->value(), 0, 'f', 1));
}

void AnimationDialog::write()
{
    AnimationSettings settings;
    settings.sequence = form_->currentIndex() == 1;
    settings.frames = frames_->value();
    settings.frames_a_second = rate_->value();
    settings.palette = palette_->isChecked();
    const QSize size(width_->value(), height_->value());
    const bool whole_window = what_->currentIndex() == 1;
    QSettings kept;
    const std::pair<const char*, QVariant> values[] = {{"window", whole_window},
                                                       {"sequence", settings.sequence},
                                                       {"frames", settings.frames},
                                                       {"rate", settings.frames_a_second},
                                                       {"width", size.width()},
                                                       {"height", size.height()},
                                                       {"palette", settings.palette}};
    for (const auto& [key, value] : values) kept.setValue(QString("animation/") + key, value);

    std::function<QImage()> draw;
    if (whole_window)
        draw = [window = &window_, size] { return draw_widget(*window, size); };
    else
        draw = [view = &view_, size] { return draw_view(*view, size); };
    ask_for_file(parentWidget(), tr("Export animation"), QString::fromStdString(export_name(session_.data())) + "-animation.png",
                 {tr("PNG image (*.png)")}, session_.data(),
                 [&session = session_, &timeline = timeline_, &background = background_, say = say_, settings,
                  draw, window = QPointer<QWidget>(parentWidget())](const std::filesystem::path& file) {
                     AnimationSettings chosen = settings;
                     chosen.file = file;
                     std::vector<std::filesystem::path> frames;
                     if (chosen.sequence)
                         for (int frame = 0; frame < chosen.frames; ++frame) frames.push_back(frame_file(file, frame));
                     if (!may_replace(window, frames)) return;
                     auto* animation = new AnimationExport(timeline, background, draw, chosen, &background);
                     QObject::connect(animation, &AnimationExport::ended, animation, [animation, say, file](bool written) {
                         if (written) say(tr("Wrote %1").arg(path_text(file)), false);
                         animation->deleteLater();
                     });
                     try {
                         animation->start(session.data());
                     } catch (const std::exception& error) {
                         say(QString::fromUtf8(error.what()), true);
                         animation->deleteLater();
                     }
                 });
    accept();
}

}  // namespace syzygy
