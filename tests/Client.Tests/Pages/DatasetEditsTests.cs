using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Pages.Datasets;
using Playground.Client.Resources;

namespace Playground.Client.Tests.Pages;

public sealed class DatasetEditsTests : ComponentTest
{
    private static readonly DatasetVersion s_version = new(1, DatasetStatus.Ready, 20, 32, 3, "centre",
        [new("cat", 10), new("dog", 10)], "hash", 1000, null, null, DateTime.UnixEpoch);

    [Fact]
    public void A_version_as_it_is_has_no_edits_and_edits_that_are_taken_back_are_none()
    {
        var edits = new DatasetEdits();
        Assert.False(edits.Any);
        edits.Begin(s_version);
        Assert.False(edits.Any);
        edits.Rename("cat", "kitten");
        edits.Include("dog", false);
        edits.Size = 16;
        Assert.True(edits.Any);
        edits.Rename("cat", " cat ");
        edits.Include("dog", true);
        edits.Size = 32;
        Assert.False(edits.Any);
    }

    [Fact]
    public void Edits_become_a_request_and_are_said_in_words_with_real_plurals()
    {
        var edits = new DatasetEdits();
        edits.Begin(s_version);
        edits.Marks[3] = true;
        edits.Marks[7] = false;
        edits.Marks[9] = false;
        edits.Rename("cat", "kitten");
        edits.Size = 16;
        edits.Crop = "pad";
        edits.Duplicates = "exact";
        CultureInfo.CurrentUICulture = Languages.Default.Culture;
        var edit = edits.ToEdit();
        Assert.Equal([3], edit.Exclude);
        Assert.Equal([7, 9], edit.Include);
        Assert.Equal((1, 16, "pad", "exact", "kitten"), (edit.From, edit.Size, edit.Crop, edit.ExcludeDuplicates, edit.Rename!["cat"]));
        Assert.Equal(["1 image excluded", "2 images included again", "cat renamed to kitten", "16×16 instead of 32×32", "Pad with black",
            "Exclude exact duplicates"], edits.Describe(Services.GetRequiredService<IStringLocalizer<DatasetsTexts>>()));

        edits.Begin(s_version);
        Assert.False(edits.Any);
    }

    [Theory]
    [InlineData(16, null)]
    [InlineData(1, null)]
    [InlineData(10, "clip-path:polygon(0 0,100% 0,100% 66.667%,50% 66.667%,50% 100%,0 100%)")]
    [InlineData(3, "clip-path:polygon(0 0,100% 0,100% 50%,50% 50%,50% 100%,0 100%)")]
    public void Empty_cells_of_a_grid_are_cut_off(int count, string? style) => Assert.Equal(style, GridShape.Clip(count));
}
