//! Storage that went bad: whatever bit of whatever object changes, and whichever objects change places, what
//! people get is what was published, byte for byte, or a refusal in words.

pub(crate) mod bad_storage;

use bad_storage::{Answer, ask, everything, flipped, places, swapped};

use crate::people_door::house::House;
use crate::world::{World, on_both};

on_both!(
    a_flipped_bit_of_the_original_is_refused,
    a_flipped_bit_of_index_or_pack_is_refused,
    objects_that_changed_places_are_refused,
);

async fn a_flipped_bit_of_the_original_is_refused(world: World) {
    let house = House::open(&world).await;
    let (_, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    world.claim(&world.ada).await;
    let ada = house.visit("ada").await;
    let sound = everything(&ada, &glass).await;
    assert!(sound.iter().all(|(_, answer)| *answer != Answer::Refused));
    let original = house.original(&glass);
    for place in places(glass.bytes.len() as u64) {
        let back = flipped(&original, place);
        let whole = format!("/api/v1/scans/{}/original/0", glass.scan);
        let mut refused = 0;
        for (path, before) in &sound {
            let now = ask(&ada, path).await;
            assert!(
                now == Answer::Refused || now == *before,
                "byte {place}: {path} shows something else"
            );
            refused += usize::from(now == Answer::Refused);
            assert!(
                *path != whole || now == Answer::Refused,
                "byte {place}: the original goes out changed"
            );
        }
        assert!(refused >= 1, "byte {place}");
        back.restore();
    }
    assert_eq!(everything(&ada, &glass).await, sound, "restored");
    house.close().await;
}

async fn a_flipped_bit_of_index_or_pack_is_refused(world: World) {
    let house = House::open(&world).await;
    let (_, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    world.claim(&world.ada).await;
    let sound = everything(&house.visit("ada").await, &glass).await;
    let mut served = house.objects(glass.scan);
    served.retain(|path| path.ends_with("index") || path.ends_with("derived"));
    assert!(!served.is_empty());
    for object in served {
        let size = std::fs::metadata(&object).expect("an object").len();
        for place in places(size) {
            let back = flipped(&object, place);
            let cold = house.beside().await;
            let ada = cold.visit("ada").await;
            let mut refused = 0;
            for (path, before) in &sound {
                let now = ask(&ada, path).await;
                assert!(
                    now == Answer::Refused || now == *before,
                    "byte {place} of {}: {path} shows something else",
                    object.display()
                );
                refused += usize::from(now == Answer::Refused);
            }
            let superseded = object.ends_with("g1/index") && refused == 0;
            assert!(
                refused >= 1 || superseded && house.objects(glass.scan).len() > 3,
                "byte {place} of {} is believed",
                object.display()
            );
            cold.close().await;
            back.restore();
        }
    }
    house.close().await;
}

async fn objects_that_changed_places_are_refused(world: World) {
    let house = House::open(&world).await;
    let (_, one) = house.ready(&world.northgate, "S26-00001", "skin").await;
    let (_, other) = house.ready(&world.northgate, "S26-00002", "skin").await;
    world.claim(&world.ada).await;
    world.claim(&world.ada).await;
    let ada = house.visit("ada").await;
    let sound = [everything(&ada, &one).await, everything(&ada, &other).await];
    let (ours, theirs) = (house.objects(one.scan), house.objects(other.scan));
    assert_eq!(ours.len(), theirs.len());
    for (this, that) in ours.iter().zip(&theirs) {
        let back = swapped(this, that);
        let cold = house.beside().await;
        let ada = cold.visit("ada").await;
        for (path, before) in sound.iter().flatten() {
            let now = ask(&ada, path).await;
            // Two slides may have the same bytes at the same place; then nothing else is shown.
            assert!(
                now == Answer::Refused || now == *before,
                "{} of another scan: {path} shows something else",
                this.display()
            );
            let whole = path.ends_with("/original/0") || path.ends_with("/associated/label");
            assert!(
                now == Answer::Refused || this.ends_with("manifest") || !whole,
                "{} of another scan: {path} is shown",
                this.display()
            );
        }
        cold.close().await;
        back.restore();
    }
    house.close().await;
}
