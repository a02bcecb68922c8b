using Playground.Core.Checkpoints;

namespace Playground.Core.Tests.Checkpoints;

public sealed class ClassNamesTests
{
    [Fact]
    public void Names_of_a_models_classes_are_read_as_lines_that_can_be_shown()
    {
        using var model = new TinyModel();
        Write(model, "seven", "\u202ethree\n<b>", new string('x', 200) + "\u0000");
        Assert.Equal(["seven", "three<b>", new string('x', ModelManifest.MostShown)], ModelCatalog.Describe(model.Folder).ClassNames);
        Write(model, "seven", " ", "\u0007");
        Assert.Equal(["seven", "1", "2"], ModelCatalog.Describe(model.Folder).ClassNames);
    }

    [Fact]
    public void More_or_fewer_names_than_classes_are_refused()
    {
        using var model = new TinyModel();
        Write(model, "seven", "three");
        var e = Assert.Throws<PlaygroundException>(() => ModelCatalog.Describe(model.Folder));
        Assert.StartsWith("playground.json has 2 class_names, and the model has 3 classes;", e.Message, StringComparison.Ordinal);
    }

    private static void Write(TinyModel model, params string[] names)
        => Json.Write(Path.Combine(model.Folder, "playground.json"), new ModelManifest { Classes = 3, ClassNames = names });
}
