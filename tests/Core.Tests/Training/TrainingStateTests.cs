using Playground.Core.Data;
using Playground.Core.Training;

namespace Playground.Core.Tests.Training;

/// <summary>A checkpoint belongs to one run on one set of data, and to nothing else.</summary>
public sealed class TrainingStateTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("state-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string At(string name) => Path.Combine(_root, name);

    private static Trainer New(string folder, IPictureDataset? data = null, int steps = 4) => new(data ?? new Set(),
        TinyModel.Config with { NumClassEmbeds = 4 },
        new TrainingOptions { Steps = steps, BatchSize = 2, WarmupSteps = 0, CheckpointEvery = 1 }, folder);

    private static string[] Checkpoints(string folder)
        => [.. Directory.GetDirectories(Path.Combine(folder, "checkpoints")).Select(d => Path.GetFileName(d)!).Order()];

    [Fact]
    public void A_new_run_is_refused_where_another_has_left_checkpoints_and_those_stay()
    {
        using (var first = New(At("run"))) first.Run();
        var before = Checkpoints(At("run"));
        using (var second = New(At("run"), steps: 1))
        {
            var refusal = Assert.Throws<PlaygroundException>(() => second.Run()).Message;
            Assert.Matches("^'.*run' holds checkpoints of another training, up to step 4. Resume it", refusal);
            Assert.Equal(refusal, Assert.Throws<PlaygroundException>(second.SaveCheckpoint).Message);
        }
        Assert.Equal(before, Checkpoints(At("run")));
        Assert.Contains("another training, at step 4", Assert.Throws<PlaygroundException>(() => Trainer.RequireNew(At("run"))).Message,
            StringComparison.Ordinal);

        Trainer.Clear(At("run"));
        Trainer.RequireNew(At("run"));
        using var third = New(At("run"), steps: 1);
        Assert.True(third.Run());
    }

    [Fact]
    public void The_newest_checkpoint_is_that_of_the_run_that_wrote_last_whatever_its_step()
    {
        using (var old = New(At("old"))) old.Run();
        using (var late = New(At("late"), steps: 2)) late.Run();
        foreach (var checkpoint in Directory.GetDirectories(At("late/checkpoints")))
            Directory.Move(checkpoint, Path.Combine(At("old/checkpoints"), Path.GetFileName(checkpoint)));
        Assert.Equal(2, Trainer.CheckpointStep(At("old")));
        using var resumed = New(At("old"));
        resumed.Resume();
        Assert.Equal(2, resumed.Step);
        resumed.Run();
        // Its own older ones are pruned; of the other run, what it has not overwritten stays.
        Assert.Equal(4, Trainer.CheckpointStep(At("old")));
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "one image more", "there were 6 examples, and there are 7" },
        { "one image fewer", "there were 6 examples, and there are 5" },
        { "a class renamed", "the classes were ant, bee, cat, and are ant, bee, cow" },
        { "classes in another order", "the classes are in another order: ant, bee, cat then, bee, ant, cat now" },
        { "one pixel", "with other contents, labels or order" },
        { "two images swapped", "with other contents, labels or order" },
        { "one label", "with other contents, labels or order" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_resume_on_other_data_is_refused_with_what_changed(string change, string expected)
    {
        using (var run = New(At("run"), steps: 1)) run.Run();
        using var other = New(At("run"), new Set(change));
        var refusal = Assert.Throws<PlaygroundException>(other.Resume).Message;
        Assert.StartsWith("The checkpoint was made on other data: ", refusal, StringComparison.Ordinal);
        Assert.Contains(expected, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_data_under_another_name_are_the_same_data()
    {
        using (var run = New(At("run"), steps: 1)) run.Run();
        using var moved = New(At("run"), new Set("moved"));
        moved.Resume();
        Assert.True(moved.Run());
    }

    /// <summary>Six images of three classes, changed in one way.</summary>
    private sealed class Set(string change = "") : IPictureDataset
    {
        public string Name => change == "moved" ? "/elsewhere" : "/here";

        public int Count => change switch { "one image more" => 7, "one image fewer" => 5, _ => 6 };

        public int Channels => 1;

        public int Height => 8;

        public int Width => 8;

        public int? Classes => 3;

        public IReadOnlyList<string> ClassNames => change switch
        {
            "a class renamed" => ["ant", "bee", "cow"],
            "classes in another order" => ["bee", "ant", "cat"],
            _ => ["ant", "bee", "cat"],
        };

        public void Read(int index, Span<byte> into)
        {
            if (change == "two images swapped" && index is (1 or 4)) index = 5 - index;
            into.Fill((byte)(index * 20));
            if (change == "one pixel" && index == 3) into[17]++;
        }

        public int Label(int index) => change == "one label" && index == 5 ? 1 : index % 3;
    }
}
