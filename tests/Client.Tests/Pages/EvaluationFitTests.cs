using Playground.Client.Contracts;
using Playground.Client.Pages.Evaluations;

namespace Playground.Client.Tests.Pages;

public sealed class EvaluationFitTests
{
    private static readonly ImageForm s_digits = new(28, 1), s_color = new(32, 3);

    private static readonly ExtractorView s_digitFeatures = Extractor("mnist", s_digits), s_resnet = Extractor("resnet", new(224, 3)),
        s_unknown = Extractor("inception", null);

    [Fact]
    public void Color_images_and_gray_ones_are_not_compared_nor_given_to_an_extractor_of_digits()
    {
        var found = EvaluationFit.Find(s_color, Reference(s_digits), s_digitFeatures);
        Assert.Equal([EvaluationMismatch.Colors, EvaluationMismatch.Extractor, EvaluationMismatch.Size, EvaluationMismatch.ExtractorSize],
            found);
        Assert.Equal([true, true, false, false], found.Select(EvaluationFit.IsRefused));
    }

    [Fact]
    public void What_goes_together_has_nothing_said_against_it()
    {
        Assert.Empty(EvaluationFit.Find(s_digits, Reference(s_digits), s_digitFeatures));
        Assert.Empty(EvaluationFit.Find(s_color, Reference(s_color), s_resnet));
        Assert.Empty(EvaluationFit.Find(s_digits, Reference(s_digits), s_unknown));
        Assert.Empty(EvaluationFit.Find(null, Reference(null), s_resnet));
    }

    [Fact]
    public void Another_size_and_gray_images_for_an_extractor_of_color_are_only_warned_about()
    {
        Assert.Equal([EvaluationMismatch.Size], EvaluationFit.Find(new(64, 3), Reference(s_color), s_resnet));
        var gray = EvaluationFit.Find(s_digits, Reference(s_digits), s_resnet);
        Assert.Equal([EvaluationMismatch.ExtractorColors], gray);
        Assert.DoesNotContain(gray, EvaluationFit.IsRefused);
    }

    [Fact]
    public void Statistics_go_with_the_features_that_they_are_of_alone()
    {
        var statistics = new ReferenceView("file:s", "s", null, HasPictures: false, Features: "resnet");
        Assert.Empty(EvaluationFit.Find(s_color, statistics, s_resnet));
        Assert.Equal([EvaluationMismatch.Statistics], EvaluationFit.Find(s_color, statistics, s_unknown));
    }

    [Fact]
    public void A_distance_whose_interval_overlaps_the_best_ones_cannot_be_told_from_it()
    {
        EvaluationCell[] cells = [Cell(12, 10, 14), Cell(15, 13.5, 16.5), Cell(30, 25, 35), Cell(null, null, null)];
        var compared = new EvaluationCells(cells);
        Assert.Same(cells[0], compared.Best);
        Assert.Equal([false, true, false, false], cells.Select(compared.IsLikeBest));
        Assert.Equal("inset-inline-start:28.57%;width:11.43%", compared.BarOf(cells[0]));
        Assert.Null(compared.BarOf(cells[3]));
    }

    private static ExtractorView Extractor(string name, ImageForm? form) => new(name, name, ["plain"], "", null, null) { Form = form };

    private static ReferenceView Reference(ImageForm? form) => new("file:r", "r", 10, HasPictures: true, Features: null) { Form = form };

    private static EvaluationCell Cell(double? distance, double? low, double? high)
        => new("", "ddim", 10, 1, null, "FID", distance, low, high);
}
